//! The errors that only the edge gives.

use axum::http::{HeaderName, StatusCode, header};

use crate::error::ApiError;

/// After these a connection's bytes are not to be trusted, or not wanted.
const CLOSE: (HeaderName, &str) = (header::CONNECTION, "close");
const SOON: (HeaderName, &str) = (header::RETRY_AFTER, "1");
const LATER: (HeaderName, &str) = (header::RETRY_AFTER, "30");

impl ApiError {
    pub(super) fn uri_too_long(most: usize) -> Self {
        let message = format!("path and query are longer than {most} bytes");
        Self::new(StatusCode::URI_TOO_LONG, "uri_too_long", message)
    }

    pub(super) fn body_on_get() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "body_on_get", "a GET or HEAD request must not have a body")
            .with(CLOSE)
    }

    pub(super) fn bad_host() -> Self {
        let message = "the request must have one Host header that names a host";
        Self::new(StatusCode::BAD_REQUEST, "bad_host", message).with(CLOSE)
    }

    pub(super) fn body_too_large(most: u64) -> Self {
        let message = format!("the body is longer than {most} bytes");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", message).with(CLOSE)
    }

    pub(super) fn body_too_slow() -> Self {
        let message = "the body took too long to arrive";
        Self::new(StatusCode::REQUEST_TIMEOUT, "body_too_slow", message).with(CLOSE)
    }

    pub(super) fn took_too_long() -> Self {
        let message = "the request took too long and was given up; try again";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "took_too_long", message).with(SOON)
    }

    /// `whose` budget is spent. The layer that knows it adds `Retry-After`.
    pub(super) fn too_many_requests(whose: &str) -> Self {
        let message = format!("too many requests from {whose}; Retry-After says when to go on");
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", message)
    }

    /// `whose` places for answers that do not end are all taken.
    pub(super) fn too_many_streams(whose: &str) -> Self {
        let message = format!("too many streams of {whose} are open; end one, or ask without a stream");
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_streams", message).with(LATER)
    }

    /// The account has as many imports under way or waiting as it may.
    pub(crate) fn too_many_imports() -> Self {
        let message = "too many imports of this account are running or waiting; try again later";
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_imports", message).with(LATER)
    }

    /// A mistake of ours, such as routes without the edge around them: nothing is served without its
    /// limits.
    pub(crate) fn internal() -> Self {
        let message = "something went wrong on our side";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", message)
    }
}

//! Errors that the edge returns.

use axum::http::{HeaderName, StatusCode, header};

use crate::error::ApiError;

/// Closes the connection after an error that leaves unread or untrustworthy bytes on it.
const CLOSE_CONNECTION: (HeaderName, &str) = (header::CONNECTION, "close");
const RETRY_AFTER_1_SECOND: (HeaderName, &str) = (header::RETRY_AFTER, "1");
const RETRY_AFTER_30_SECONDS: (HeaderName, &str) = (header::RETRY_AFTER, "30");

impl ApiError {
    pub(super) fn uri_too_long(max_bytes: usize) -> Self {
        let message = format!("the path and query are too long; the maximum is {max_bytes} bytes");
        Self::new(StatusCode::URI_TOO_LONG, "uri_too_long", message)
    }

    pub(super) fn body_on_get() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "body_on_get", "a GET or HEAD request must not have a body")
            .with(CLOSE_CONNECTION)
    }

    pub(super) fn bad_host() -> Self {
        let message = "the Host header is missing, repeated or invalid; send exactly one that names a host";
        Self::new(StatusCode::BAD_REQUEST, "bad_host", message).with(CLOSE_CONNECTION)
    }

    pub(super) fn body_too_large(max_bytes: u64) -> Self {
        let message = format!("the body is too long; the maximum is {max_bytes} bytes");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", message).with(CLOSE_CONNECTION)
    }

    pub(super) fn body_too_slow() -> Self {
        let message = "the body took too long to arrive";
        Self::new(StatusCode::REQUEST_TIMEOUT, "body_too_slow", message).with(CLOSE_CONNECTION)
    }

    pub(super) fn took_too_long() -> Self {
        let message = "the request took too long and was cancelled; try again";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "took_too_long", message).with(RETRY_AFTER_1_SECOND)
    }

    /// The budget of `whose` is used up. The caller adds `Retry-After`.
    pub(super) fn too_many_requests(whose: &str) -> Self {
        let message = format!("too many requests from {whose}; wait for the time in Retry-After");
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", message)
    }

    /// `whose` has the maximum number of open streams.
    pub(super) fn too_many_streams(whose: &str) -> Self {
        let message = format!("{whose} has too many open streams; close one, or poll instead");
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_streams", message).with(RETRY_AFTER_30_SECONDS)
    }

    /// The account has the maximum number of imports that run or wait.
    pub(crate) fn too_many_imports() -> Self {
        let message = "too many imports of this account are running or waiting; try again later";
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_imports", message).with(RETRY_AFTER_30_SECONDS)
    }

    /// A programming error, such as a handler that runs outside of the edge.
    pub(crate) fn internal() -> Self {
        let message = "an internal error occurred; the server log has details under the request id";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", message)
    }
}

//! What form of a page the client wants, and which it already has.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};

use crate::error::ApiError;
use crate::extract::content_negotiation::wants;

/// The conditions of a read.
pub(crate) struct Conditions {
    /// Whether to compress.
    pub(crate) gzip: bool,
    if_none_match: Vec<HeaderValue>,
}

impl Conditions {
    /// Whether the client already has the representation of this entity tag (RFC 9110 §13.1.2).
    pub(crate) fn already_has(&self, etag: &str) -> bool {
        let values = self.if_none_match.iter().filter_map(|value| value.to_str().ok());
        let mut tags = values.flat_map(|value| value.split(',')).map(str::trim);
        tags.any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
    }
}

impl<S: Sync> FromRequestParts<S> for Conditions {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let headers = &parts.headers;
        let json = ["application/json", "application/*", "*/*"];
        // An empty one, which some clients send, says as little as none.
        let says_something = headers.get_all(header::ACCEPT).iter().any(|value| !value.is_empty());
        if says_something && wants(headers, header::ACCEPT, &json) == Some(false) {
            return Err(ApiError::not_acceptable());
        }
        let gzip = wants(headers, header::ACCEPT_ENCODING, &["gzip", "x-gzip", "*"]) == Some(true);
        let if_none_match = headers.get_all(header::IF_NONE_MATCH).iter().cloned().collect();
        Ok(Self { gzip, if_none_match })
    }
}

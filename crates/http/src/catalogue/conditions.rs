//! Parses the headers about the encoding of a page, and about the version that the client already has.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};

use crate::error::ApiError;
use crate::extract::content_negotiation::accepts;

/// The conditions of a request for a page.
pub(crate) struct Conditions {
    /// Whether the client accepts gzip.
    pub(crate) gzip: bool,
    if_none_match: Vec<HeaderValue>,
}

impl Conditions {
    /// Returns whether the client already has the representation with this entity tag (RFC 9110 §13.1.2).
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
        // Some clients send an empty header, which is treated as missing.
        let has_accept = headers.get_all(header::ACCEPT).iter().any(|value| !value.is_empty());
        if has_accept && accepts(headers, header::ACCEPT, &json) == Some(false) {
            return Err(ApiError::not_acceptable());
        }
        let gzip = accepts(headers, header::ACCEPT_ENCODING, &["gzip", "x-gzip", "*"]) == Some(true);
        let if_none_match = headers.get_all(header::IF_NONE_MATCH).iter().cloned().collect();
        Ok(Self { gzip, if_none_match })
    }
}

//! What is settled before any route: requests nobody should send, and the trailing slash.

use axum::extract::{OriginalUri, Request};
use axum::http::uri::Authority;
use axum::http::{HeaderValue, Method, Uri, Version, header};

use crate::error::ApiError;
use crate::limits::Limits;
use crate::server::bad_head::BadHead;

/// Refuses what could not be read at all ([`BadHead`]), no `Host`, two, or a bad one (400, RFC 9112
/// §3.2), an over-long target (414), and a body on a reading method (400): servers and proxies differ
/// in how they understand these.
pub(super) fn refuse(request: &Request, limits: &Limits) -> Result<(), ApiError> {
    if let Some(BadHead(refusal)) = request.extensions().get() {
        return Err(refusal.clone());
    }
    if !has_good_host(request) {
        return Err(ApiError::bad_host());
    }
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    if target > limits.target_bytes {
        return Err(ApiError::uri_too_long(limits.target_bytes));
    }
    if matches!(*request.method(), Method::GET | Method::HEAD) && has_body(request) {
        return Err(ApiError::body_on_get());
    }
    Ok(())
}

fn has_good_host(request: &Request) -> bool {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => is_authority(host),
        // Older clients may leave it out.
        (None, None) => request.version() < Version::HTTP_11,
        _ => false,
    }
}

fn is_authority(host: &HeaderValue) -> bool {
    let parsed = host.to_str().ok().and_then(|host| host.parse::<Authority>().ok());
    parsed.is_some_and(|authority| !authority.host().is_empty() && !authority.as_str().contains('@'))
}

fn has_body(request: &Request) -> bool {
    let length = request.headers().get(header::CONTENT_LENGTH);
    length.is_some_and(|length| length != "0") || request.headers().contains_key(header::TRANSFER_ENCODING)
}

/// A trailing slash names the same resource (design §4.4). Only the API's own paths: pages with
/// relative links need theirs. What the client sent stays beside it, as it is what it signed.
pub(super) fn without_trailing_slash(mut request: Request) -> Request {
    let path = request.uri().path();
    let ours = ["/api/account/", "/sentinel/", "/manage/"].iter().any(|prefix| path.starts_with(prefix));
    if let Some(path) = path.strip_suffix('/').filter(|_| ours) {
        let target = match request.uri().query() {
            Some(query) => format!("{path}?{query}"),
            None => path.to_owned(),
        };
        if let Ok(uri) = target.parse::<Uri>() {
            let original = std::mem::replace(request.uri_mut(), uri);
            request.extensions_mut().insert(OriginalUri(original));
        }
    }
    request
}

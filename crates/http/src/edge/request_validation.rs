//! What is done before any handler: requests nobody should send are refused, and trailing slashes removed.

use axum::extract::{OriginalUri, Request};
use axum::http::uri::Authority;
use axum::http::{HeaderValue, Method, Uri, Version, header};

use crate::error::ApiError;
use crate::limits::HttpLimits;

/// Refuses no `Host`, two, or a bad one (400, RFC 9112
/// §3.2), an over-long target (414), and a body on a reading method (400): servers and proxies differ
/// in how they understand these.
pub(super) fn refuse(request: &Request, limits: &HttpLimits) -> Result<(), ApiError> {
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

/// Removes the slash at the end of the path (design §4.4), for routes that ignore it. What the client sent
/// stays beside it, because OAuth 1.0 signs that.
pub(super) fn without_trailing_slash(mut request: Request) -> Request {
    if let Some(path) = request.uri().path().strip_suffix('/') {
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

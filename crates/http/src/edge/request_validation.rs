//! Checks of a request before it reaches a handler, and removal of trailing slashes.

use axum::extract::{OriginalUri, Request};
use axum::http::uri::Authority;
use axum::http::{HeaderValue, Method, Uri, Version, header};

use crate::error::ApiError;
use crate::limits::HttpLimits;

/// Rejects a missing, repeated or invalid `Host` header (400, RFC 9112 §3.2), a target that is too long (414), and a
/// body with GET or HEAD (400). Servers and proxies interpret such requests differently, which enables attacks
/// such as request smuggling.
pub(super) fn validate(request: &Request, limits: &HttpLimits) -> Result<(), ApiError> {
    if !has_valid_host(request) {
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

fn has_valid_host(request: &Request) -> bool {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => is_authority(host),
        // The header is optional before HTTP/1.1.
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

/// Removes the slash at the end of the path (design §4.4), for routes that ignore it. The original target is kept as
/// an extension, because OAuth 1.0 signatures cover it.
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

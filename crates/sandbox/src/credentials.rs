//! The credentials of requests.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use outbound_auth::Secret;

/// Whether the request has a bearer token that is permitted.
pub(crate) fn has_bearer(headers: &HeaderMap, token: Option<&Secret>) -> bool {
    let credential = header(headers).and_then(|header| strip_scheme(header, "bearer"));
    credential.is_some_and(|credential| is_permitted(credential, token))
}

/// Whether the request has a user and a password that is permitted.
pub(crate) fn has_basic(headers: &HeaderMap, token: Option<&Secret>) -> bool {
    let encoded = header(headers).and_then(|header| strip_scheme(header, "basic"));
    let decoded = encoded.and_then(|encoded| STANDARD.decode(encoded).ok());
    let pair = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
    let pair = pair.as_deref().and_then(|pair| pair.split_once(':'));
    pair.is_some_and(|(user, password)| !user.is_empty() && is_permitted(password, token))
}

fn header(headers: &HeaderMap) -> Option<&str> {
    headers.get(AUTHORIZATION)?.to_str().ok()
}

fn strip_scheme<'h>(header: &'h str, scheme: &str) -> Option<&'h str> {
    let (found, credential) = header.split_once(' ')?;
    found.eq_ignore_ascii_case(scheme).then(|| credential.trim())
}

/// Without a token, every credential is permitted.
fn is_permitted(credential: &str, token: Option<&Secret>) -> bool {
    let is_equal =
        |token: &Secret| verify_slices_are_equal(credential.as_bytes(), token.expose().as_bytes()).is_ok();
    !credential.is_empty() && token.is_none_or(is_equal)
}

//! Headers that keep a browser from doing with an answer what nobody meant.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use super::policy::ContentPolicy;

/// Of every answer.
static ALWAYS: [(HeaderName, HeaderValue); 3] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
];
/// Unless a handler says otherwise.
const REFERRER: &str = "no-referrer";
/// Of answers that are data: a browser that shows one runs and loads nothing.
const DATA_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";
/// Swagger UI's own files, and nothing from elsewhere; it sets styles and draws icons from `data:`.
const DOCUMENTATION_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
/// A year. Only where this server ends the TLS: elsewhere it is the proxy's to say.
const TRANSPORT: &str = "max-age=31536000";

/// Adds them to an answer; the policies that a handler has set stay.
pub(super) fn add(headers: &mut HeaderMap, content: ContentPolicy, tls: bool) {
    for (name, value) in &ALWAYS {
        headers.insert(name, value.clone());
    }
    headers.entry(header::REFERRER_POLICY).or_insert(HeaderValue::from_static(REFERRER));
    let policy = match content {
        ContentPolicy::Data => DATA_POLICY,
        ContentPolicy::Documentation => DOCUMENTATION_POLICY,
    };
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(policy));
    if tls {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(TRANSPORT));
    }
}

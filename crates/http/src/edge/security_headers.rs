//! Response headers that restrict what a browser may do with a response.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use super::policy::ContentPolicy;

/// Headers of every response.
static ALWAYS: [(HeaderName, HeaderValue); 3] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
];
/// The default Referrer-Policy; handlers may set another one.
const REFERRER: &str = "no-referrer";
/// For responses that are data: a browser that displays them runs no scripts and loads nothing.
const DATA_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";
/// Allows Swagger UI to load its own files, inline styles and icons from `data:` URLs, and nothing else.
const DOCUMENTATION_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
/// Strict-Transport-Security for one year. Sent only if this server terminates TLS; otherwise the proxy decides.
const TRANSPORT: &str = "max-age=31536000";

/// Adds the headers to a response. Policies that the handler has set are kept.
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

//! What is settled before any route: requests nobody should send, and the trailing slash.

use axum::Router;
use axum::extract::Request;
use axum::http::{Method, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tower::Layer;
use tower::util::{MapRequest, MapRequestLayer};

use crate::error::ApiError;

/// Longer than any real one; what the connection accepts as a whole head is twice this.
const MAX_TARGET_BYTES: usize = 8 * 1024;

/// Refuses an over-long target (414) and a body on a reading method (400), which some servers and
/// proxies understand differently from others.
pub(crate) async fn refuse_oddities(request: Request, next: Next) -> Response {
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    if target > MAX_TARGET_BYTES {
        return ApiError::uri_too_long(MAX_TARGET_BYTES).into_response();
    }
    if matches!(*request.method(), Method::GET | Method::HEAD) && has_body(&request) {
        return ApiError::body_on_get().into_response();
    }
    next.run(request).await
}

fn has_body(request: &Request) -> bool {
    let length = request.headers().get(header::CONTENT_LENGTH);
    length.is_some_and(|length| length != "0") || request.headers().contains_key(header::TRANSFER_ENCODING)
}

/// A trailing slash names the same resource (design §4.4). Only the API's own paths: pages with
/// relative links need theirs.
pub(crate) fn without_trailing_slash(routes: Router) -> MapRequest<Router, fn(Request) -> Request> {
    MapRequestLayer::new(strip as fn(Request) -> Request).layer(routes)
}

fn strip(mut request: Request) -> Request {
    let path = request.uri().path();
    let ours = ["/api/account/", "/sentinel/", "/manage/"].iter().any(|prefix| path.starts_with(prefix));
    if let Some(path) = path.strip_suffix('/').filter(|_| ours) {
        let target = match request.uri().query() {
            Some(query) => format!("{path}?{query}"),
            None => path.to_owned(),
        };
        if let Ok(uri) = target.parse::<Uri>() {
            *request.uri_mut() = uri;
        }
    }
    request
}

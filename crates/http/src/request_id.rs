//! Each request gets an id, which its answer, its errors and its log line carry.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use outbound_app::App;
use outbound_model::random_uuid;

use crate::error::{ApiError, render};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Outermost of all layers: gives the id, turns an [`ApiError`] into its body, writes the log line.
/// The route is logged, never the query: it can hold secrets.
pub(crate) async fn identify(State(app): State<App>, request: Request, next: Next) -> Response {
    let id = random_uuid(app.generator());
    let (started, method) = (Instant::now(), request.method().clone());
    let mut response = next.run(request).await;
    let route = response.extensions_mut().remove::<MatchedPath>();
    let route = route.as_ref().map_or("-", MatchedPath::as_str);
    if let Some(error) = response.extensions_mut().remove::<ApiError>() {
        error.log(id);
        response = render(&error, &response, id);
    }
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(X_REQUEST_ID, value);
    }
    let (status, micros) = (response.status().as_u16(), started.elapsed().as_micros());
    tracing::info!(request = %id, %method, route, status, micros, "answered");
    response
}

/// Leaves the matched route where the log line finds it.
pub(crate) async fn note_route(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let mut response = next.run(request).await;
    if let Some(route) = route {
        response.extensions_mut().insert(route);
    }
    response
}

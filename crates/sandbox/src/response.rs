//! Responses: JSON, and the closing of a connection without a response.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use serde::Serialize;

/// Marks a response that is not sent; the connection is closed instead.
#[derive(Clone, Copy)]
pub(crate) struct CloseConnection;

pub(crate) fn json(status: u16, body: &impl Serialize) -> Response {
    // The types of this crate are always serializable.
    let body = serde_json::to_string(body).unwrap_or_default();
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(CONTENT_TYPE, "application/json")], body).into_response()
}

pub(crate) fn with_retry_after(mut response: Response, seconds: u32) -> Response {
    response.headers_mut().insert(RETRY_AFTER, seconds.into());
    response
}

pub(crate) fn close_connection() -> Response {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(CloseConnection);
    response
}

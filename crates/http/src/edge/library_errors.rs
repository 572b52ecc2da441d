//! Errors that a library answered by itself: a path that axum cannot decode, a file that Swagger UI does
//! not have, a body that broke off. Their text and status are the library's, so they get ours.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::policy::RoutePolicy;
use crate::error::ApiError;

/// The media types of the errors that our own code writes without an [`ApiError`].
const OURS: [&str; 2] = ["application/json", "text/html"];

/// The answer of a route with `policy`, in our form if it is an error that no code of ours wrote.
pub(super) fn replace(policy: RoutePolicy, response: Response) -> Response {
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    if !is_error || response.extensions().get::<ApiError>().is_some() || has_our_type(&response) {
        return response;
    }
    let error = match status {
        StatusCode::NOT_FOUND => ApiError::nothing_here(),
        StatusCode::METHOD_NOT_ALLOWED => ApiError::no_such_method(policy.read_only),
        _ if status.is_client_error() => {
            let message = "path, headers or body of the request cannot be read";
            ApiError::new(StatusCode::BAD_REQUEST, "bad_request", message)
        }
        _ => {
            tracing::error!(status = status.as_u16(), "a library answered with an error of the server");
            ApiError::internal()
        }
    };
    let mut ours = error.into_response();
    let allow = response.headers().get(header::ALLOW).cloned();
    ours.headers_mut().extend(allow.map(|methods| (header::ALLOW, methods)));
    ours
}

fn has_our_type(response: &Response) -> bool {
    let value = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value.is_some_and(|value| OURS.iter().any(|ours| value.starts_with(ours)))
}

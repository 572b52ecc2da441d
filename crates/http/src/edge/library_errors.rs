//! Replaces error responses of libraries with the API's own, for example for a path that axum cannot decode, a file
//! that Swagger UI does not have, or an incomplete body.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::policy::RoutePolicy;
use crate::error::ApiError;

/// The media types of errors that the project's own code writes without an [`ApiError`].
const OWN_MEDIA_TYPES: [&str; 2] = ["application/json", "text/html"];

/// Returns `response`, or an API error in its place if a library created it.
pub(super) fn replace(policy: RoutePolicy, response: Response) -> Response {
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    if !is_error || response.extensions().get::<ApiError>().is_some() || has_own_media_type(&response) {
        return response;
    }
    let error = match status {
        StatusCode::NOT_FOUND => ApiError::path_not_found(),
        StatusCode::METHOD_NOT_ALLOWED => ApiError::method_not_allowed(policy.read_only),
        _ if status.is_client_error() => {
            let message = "the path, the headers or the body of the request cannot be read";
            ApiError::new(StatusCode::BAD_REQUEST, "bad_request", message)
        }
        _ => {
            tracing::error!(status = status.as_u16(), "a library returned a server error");
            ApiError::internal()
        }
    };
    let mut replacement = error.into_response();
    let allow = response.headers().get(header::ALLOW).cloned();
    replacement.headers_mut().extend(allow.map(|methods| (header::ALLOW, methods)));
    replacement
}

fn has_own_media_type(response: &Response) -> bool {
    let value = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value.is_some_and(|value| OWN_MEDIA_TYPES.iter().any(|own| value.starts_with(own)))
}

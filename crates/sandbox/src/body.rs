//! Bodies of requests that cannot be read.

use axum::extract::rejection::BytesRejection;
use http::StatusCode;

/// The largest request body.
pub(crate) const MAX_BODY_BYTES: usize = 256 * 1024;

/// Status and message of the error.
pub(crate) fn body_error(problem: &BytesRejection) -> (u16, String) {
    let status = problem.status();
    let message = match status {
        StatusCode::PAYLOAD_TOO_LARGE => format!("The request body must not exceed {MAX_BODY_BYTES} bytes."),
        _ => "The request body is incomplete.".to_owned(),
    };
    (status.as_u16(), message)
}

//! Error responses that several operations of the management API share, for the OpenAPI document.

use utoipa::IntoResponses;

use crate::error::ErrorBody;

/// Error responses of every operation.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "used only for the OpenAPI document")]
pub(crate) enum CommonErrorResponses {
    /// A parameter, a header or the body is invalid; `fields` names the invalid fields of the body
    #[response(status = 400)]
    BadRequest(ErrorBody),
    /// The credential is missing or invalid
    #[response(status = 401)]
    Unauthorized(ErrorBody),
    /// The credential belongs to another account, or lacks the permission
    #[response(status = 403)]
    Forbidden(ErrorBody),
    /// The account's request budget is used up; wait for the time in `Retry-After`
    #[response(status = 429)]
    TooManyRequests(ErrorBody),
    /// The database is unavailable, or the request took too long
    #[response(status = 503)]
    Unavailable(ErrorBody),
}

/// Error response of operations whose path names a resource.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "used only for the OpenAPI document")]
pub(crate) enum NotFoundResponse {
    /// The resource in the path does not exist
    #[response(status = 404)]
    NotFound(ErrorBody),
}

/// Error responses of operations with a request body.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "used only for the OpenAPI document")]
pub(crate) enum BodyErrorResponses {
    /// The body is longer than 1 MiB
    #[response(status = 413)]
    TooLarge(ErrorBody),
    /// The body is not `application/json`
    #[response(status = 415)]
    UnsupportedMediaType(ErrorBody),
}

/// Error response of operations that support `If-Match`.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "used only for the OpenAPI document")]
pub(crate) enum PreconditionResponse {
    /// The resource has changed since the caller read it (`If-Match`)
    #[response(status = 412)]
    PreconditionFailed(ErrorBody),
}

//! What operations of the management API answer besides their good answer, for the OpenAPI file.

use utoipa::IntoResponses;

use crate::error::ErrorBody;

/// Of every operation.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only describes")]
pub(crate) enum CommonErrorResponses {
    /// A parameter, a header or the body is wrong; `fields` says which field
    #[response(status = 400)]
    BadRequest(ErrorBody),
    /// No credential, or a bad one
    #[response(status = 401)]
    Unauthorized(ErrorBody),
    /// The credential is of another account, or lacks the right
    #[response(status = 403)]
    Forbidden(ErrorBody),
    /// The account has spent its budget of requests; `Retry-After` says when to go on
    #[response(status = 429)]
    TooManyRequests(ErrorBody),
    /// The database is away, or the answer took too long
    #[response(status = 503)]
    Unavailable(ErrorBody),
}

/// Of those whose path names something.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only describes")]
pub(crate) enum NotFoundResponse {
    /// What the path names is not there
    #[response(status = 404)]
    NotFound(ErrorBody),
}

/// Of those with a body.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only describes")]
pub(crate) enum BodyErrorResponses {
    /// The body is longer than 1 MiB
    #[response(status = 413)]
    TooLarge(ErrorBody),
    /// The body is not `application/json`
    #[response(status = 415)]
    UnsupportedMediaType(ErrorBody),
}

/// Of those that change something which another may have changed.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only describes")]
pub(crate) enum PreconditionResponse {
    /// It has changed since the caller read it (`If-Match`)
    #[response(status = 412)]
    PreconditionFailed(ErrorBody),
}

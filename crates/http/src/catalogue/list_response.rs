//! Responses and examples of the published lists, for the OpenAPI document.

use outbound_model::{Handoff, channel_element, examples, from_json_str};
use serde_json::Value;
use utoipa::IntoResponses;

use crate::error::ErrorBody;

/// Everything but 200 that a list endpoint answers.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only describes")]
pub(crate) enum ListErrorResponses {
    /// The client has this page already (`If-None-Match`)
    #[response(status = 304)]
    NotModified,
    /// A parameter is missing or wrong, or the channel is unknown
    #[response(status = 400)]
    BadRequest(ErrorBody),
    /// No credential, or a bad one
    #[response(status = 401)]
    Unauthorized(ErrorBody),
    /// The credential is of another account, or lacks the right
    #[response(status = 403)]
    Forbidden(ErrorBody),
    /// There is no such app
    #[response(status = 404)]
    NotFound(ErrorBody),
    /// `Accept` excludes JSON
    #[response(status = 406)]
    NotAcceptable(ErrorBody),
    /// The account has spent its budget of requests; `Retry-After` says when to go on
    #[response(status = 429)]
    TooManyRequests(ErrorBody),
    /// The database is away, or the answer took too long
    #[response(status = 503)]
    Unavailable(ErrorBody),
}

/// The documented handoffs.
pub(crate) fn list_example() -> Value {
    serde_json::from_str(examples::HANDOFFS).unwrap_or_default()
}

/// What the by-channel endpoint answers for the documented SMS.
pub(crate) fn by_channel_example() -> Value {
    let handoffs: Vec<Handoff> = from_json_str(examples::HANDOFFS).unwrap_or_default();
    let elements = handoffs.iter().take(1).flat_map(|handoff| {
        handoff.channels.iter().filter_map(|channel| channel_element(handoff, channel).ok())
    });
    elements.map(Value::Object).collect()
}

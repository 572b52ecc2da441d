//! Error responses and examples of the published lists, for the OpenAPI document.

use outbound_model::{Handoff, channel_element, examples, from_json_str};
use serde_json::Value;
use utoipa::IntoResponses;

use crate::error::ErrorBody;

/// All responses of a list endpoint except 200.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "used only for the OpenAPI document")]
pub(crate) enum ListErrorResponses {
    /// The client already has this page (`If-None-Match`)
    #[response(status = 304)]
    NotModified,
    /// A parameter is missing or invalid, or the channel is unknown
    #[response(status = 400)]
    BadRequest(ErrorBody),
    /// The credential is missing or invalid
    #[response(status = 401)]
    Unauthorized(ErrorBody),
    /// The credential belongs to another account, or lacks the permission
    #[response(status = 403)]
    Forbidden(ErrorBody),
    /// The app does not exist
    #[response(status = 404)]
    NotFound(ErrorBody),
    /// `Accept` excludes JSON
    #[response(status = 406)]
    NotAcceptable(ErrorBody),
    /// The account's request budget is used up; wait for the time in `Retry-After`
    #[response(status = 429)]
    TooManyRequests(ErrorBody),
    /// The database is unavailable, or the request took too long
    #[response(status = 503)]
    Unavailable(ErrorBody),
}

/// Returns the documented handoffs.
pub(crate) fn list_example() -> Value {
    serde_json::from_str(examples::HANDOFFS).unwrap_or_default()
}

/// Returns the response of the by-channel endpoint for the documented SMS handoff.
pub(crate) fn by_channel_example() -> Value {
    let handoffs: Vec<Handoff> = from_json_str(examples::HANDOFFS).unwrap_or_default();
    let elements = handoffs.iter().take(1).flat_map(|handoff| {
        handoff.channels.iter().filter_map(|channel| channel_element(handoff, channel).ok())
    });
    elements.map(Value::Object).collect()
}

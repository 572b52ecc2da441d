//! Reads the response to a message.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::error;
use crate::json::{elements, lenient, object};
use crate::outcome::{Outcome, ProviderId, ProviderResponse, by_status, reported};
use crate::provider::Provider;

#[derive(Deserialize)]
struct Body<'b> {
    #[serde(borrow, default, deserialize_with = "elements")]
    messages: Vec<&'b RawValue>,
    #[serde(default, deserialize_with = "lenient")]
    error: Option<ApiError>,
}

#[derive(Deserialize)]
struct Message {
    id: String,
}

#[derive(Deserialize)]
struct ApiError {
    #[serde(default, deserialize_with = "lenient")]
    code: Option<u32>,
}

/// The outcome of sending a message.
///
/// A message that Meta holds for a quality check (`held_for_quality_assessment`, `paused`) counts as accepted: a
/// status callback reports what becomes of it.
pub fn outcome(response: ProviderResponse<'_>) -> Outcome {
    let Some(body) = object::<Body<'_>>(response.body()) else { return by_status(Provider::Meta, response) };
    if response.is_success() {
        let message = body.messages.first().and_then(|raw| object(raw.get().as_bytes()));
        let provider_id = message.and_then(|Message { id }| ProviderId::new(&id));
        return match provider_id {
            Some(provider_id) => Outcome::Accepted { provider_id },
            None => by_status(Provider::Meta, response),
        };
    }
    match body.error.and_then(|error| error.code) {
        Some(code) => {
            let (key, class) = error(Some(code));
            reported(response, key, class)
        }
        None => by_status(Provider::Meta, response),
    }
}

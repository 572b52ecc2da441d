//! Reads the response to a message.

use serde::Deserialize;

use super::error;
use crate::json::{lenient, object};
use crate::outcome::{Outcome, ProviderId, ProviderResponse, by_status, reported};
use crate::provider::Provider;

#[derive(Deserialize)]
struct Body {
    #[serde(default, deserialize_with = "lenient")]
    sid: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    code: Option<u32>,
}

/// The outcome of sending a message.
///
/// After an error of Twilio's server, such as 20500, the message may have been accepted: Twilio documents that
/// creating a message is not idempotent.
pub fn outcome(response: ProviderResponse<'_>) -> Outcome {
    let Some(Body { sid, code }) = object(response.body()) else {
        return by_status(Provider::Twilio, response);
    };
    match (response.status(), sid.as_deref().and_then(ProviderId::new), code) {
        (200..300, Some(provider_id), _) => Outcome::Accepted { provider_id },
        (500.., _, Some(_)) => Outcome::Unknown { error: error(code).0 },
        (400..500, _, Some(_)) => {
            let (key, class) = error(code);
            reported(response, key, class)
        }
        _ => by_status(Provider::Twilio, response),
    }
}

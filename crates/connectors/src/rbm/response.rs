//! Reads the response to a message.

use outbound_reporting::{ErrorKey, TransactionId};
use serde::Deserialize;

use super::ERROR_CLASSES;
use crate::error_class::class_of;
use crate::json::{lenient, object};
use crate::outcome::{Outcome, ProviderId, ProviderResponse, by_status, reported};
use crate::provider::Provider;

#[derive(Deserialize)]
struct Body {
    #[serde(default, deserialize_with = "lenient")]
    error: Option<ApiError>,
}

#[derive(Deserialize)]
struct ApiError {
    code: u32,
}

/// The outcome of sending the message `id`. Google uses the same id.
pub fn outcome(id: &TransactionId, response: ProviderResponse<'_>) -> Outcome {
    if response.is_success()
        && let Some(provider_id) = ProviderId::new(&id.to_string())
    {
        return Outcome::Accepted { provider_id };
    }
    match object(response.body()).and_then(|body: Body| body.error) {
        Some(ApiError { code }) => {
            let error = ErrorKey::of_provider(Provider::Rbm.error_source(), &code.to_string());
            reported(response, error, class_of(ERROR_CLASSES, code))
        }
        None => by_status(Provider::Rbm, response),
    }
}

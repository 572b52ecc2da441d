//! Webhooks: HTTP notifications about changes, as specified by Standard Webhooks (standardwebhooks.com).

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use utoipa::ToSchema;

use crate::Invalid;
use crate::text_types::{is_id, text_type};

text_type! {
    /// A webhook id: 1 to 64 letters, digits or `-`. Generated ids are UUIDs.
    #[schema(value_type = String, pattern = "^[A-Za-z0-9-]{1,64}$", example = "5102ce1f-35bd-4e5e-9bd3-bacdfd28dd3a")]
    WebhookId,
    valid: |text| is_id(text, 64, b"-"),
    invalid: "a webhook's id is 1 to 64 letters, digits or '-'"
}

/// Why a webhook is disabled.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DisabledReason {
    /// A user or client disabled it.
    Asked,
    /// The receiver answered 410 Gone.
    Gone,
    /// Every attempt of a delivery failed, and no other delivery succeeded in that time.
    Failing,
}

impl DisabledReason {
    /// The name in the database and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            DisabledReason::Asked => "asked",
            DisabledReason::Gone => "gone",
            DisabledReason::Failing => "failing",
        }
    }
}

impl FromStr for DisabledReason {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let all = [DisabledReason::Asked, DisabledReason::Gone, DisabledReason::Failing];
        let found = all.into_iter().find(|because| because.as_str() == text);
        found.ok_or_else(|| Invalid::new("unknown reason"))
    }
}

/// The state of a delivery.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryState {
    /// The delivery has not succeeded yet and will be attempted.
    Pending,
    /// The receiver accepted the delivery.
    Delivered,
    /// The delivery did not succeed. There are no further attempts.
    Failed,
}

impl fmt::Display for DeliveryState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            DeliveryState::Pending => "pending",
            DeliveryState::Delivered => "delivered",
            DeliveryState::Failed => "failed",
        })
    }
}

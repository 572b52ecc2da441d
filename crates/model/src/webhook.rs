//! Who is told of changes over HTTP, as the Standard Webhooks have it (standardwebhooks.com).

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use utoipa::ToSchema;

use crate::Invalid;

/// A webhook's id: 1 to 64 letters, digits or `-`, a UUID as we make them.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, ToSchema)]
#[schema(value_type = String, pattern = "^[A-Za-z0-9-]{1,64}$", example = "5102ce1f-35bd-4e5e-9bd3-bacdfd28dd3a")]
pub struct WebhookId(String);

impl WebhookId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for WebhookId {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let legal = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        if (1..=64).contains(&text.len()) && text.bytes().all(legal) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new("a webhook's id is 1 to 64 letters, digits or '-'"))
        }
    }
}

impl fmt::Display for WebhookId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a webhook is sent nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DisabledBecause {
    /// Somebody wanted it.
    Asked,
    /// Its address answered 410: nobody is there any more.
    Gone,
    /// Every try of a delivery failed, and none of another succeeded meanwhile.
    Failing,
}

impl DisabledBecause {
    /// As it is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            DisabledBecause::Asked => "asked",
            DisabledBecause::Gone => "gone",
            DisabledBecause::Failing => "failing",
        }
    }
}

impl FromStr for DisabledBecause {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let all = [DisabledBecause::Asked, DisabledBecause::Gone, DisabledBecause::Failing];
        let found = all.into_iter().find(|because| because.as_str() == text);
        found.ok_or_else(|| Invalid::new("unknown reason"))
    }
}

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryState {
    /// It will be tried, or tried again.
    Pending,
    /// The receiver has it.
    Delivered,
    /// It is not tried any more.
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

//! Kinds of changes in the change feed, and what they are about.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Invalid;

/// A kind of change.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, ToSchema)]
pub enum ChangeKind {
    /// A version was saved. The published version did not change.
    #[serde(rename = "handoff.saved")]
    Saved,
    /// A version was published and is now served.
    #[serde(rename = "handoff.published")]
    Published,
    /// The handoff was unpublished and is no longer served.
    #[serde(rename = "handoff.unpublished")]
    Unpublished,
    /// The handoff was archived. If it was published, it is no longer served.
    #[serde(rename = "handoff.archived")]
    Archived,
    /// A campaign may send.
    #[serde(rename = "campaign.started")]
    CampaignStarted,
    /// A campaign does not send until it is resumed.
    #[serde(rename = "campaign.paused")]
    CampaignPaused,
    /// A campaign sends again.
    #[serde(rename = "campaign.resumed")]
    CampaignResumed,
    /// A campaign was cancelled.
    #[serde(rename = "campaign.cancelled")]
    CampaignCancelled,
    /// No recipient of a campaign waits or is in flight. A retry may start it again.
    #[serde(rename = "campaign.finished")]
    CampaignFinished,
    /// A message of a campaign has a new status.
    #[serde(rename = "message.status")]
    MessageStatus,
    /// A consumer sent a message.
    #[serde(rename = "message.received")]
    MessageReceived,
    /// A consumer wants no more messages.
    #[serde(rename = "consumer.opted_out")]
    ConsumerOptedOut,
}

impl ChangeKind {
    /// Every kind.
    pub const ALL: [Self; 12] = [
        Self::Saved,
        Self::Published,
        Self::Unpublished,
        Self::Archived,
        Self::CampaignStarted,
        Self::CampaignPaused,
        Self::CampaignResumed,
        Self::CampaignCancelled,
        Self::CampaignFinished,
        Self::ConsumerOptedOut,
        Self::MessageStatus,
        Self::MessageReceived,
    ];

    /// What a webhook receives that names no kinds: all but the kinds with many changes a second.
    pub fn default_kinds() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|kind| !kind.is_on_request())
    }

    /// Whether changes of this kind are recorded only while a webhook names it.
    pub const fn is_on_request(self) -> bool {
        matches!(self, Self::MessageStatus | Self::MessageReceived)
    }

    /// The name in the database and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Saved => "handoff.saved",
            Self::Published => "handoff.published",
            Self::Unpublished => "handoff.unpublished",
            Self::Archived => "handoff.archived",
            Self::CampaignStarted => "campaign.started",
            Self::CampaignPaused => "campaign.paused",
            Self::CampaignResumed => "campaign.resumed",
            Self::CampaignCancelled => "campaign.cancelled",
            Self::CampaignFinished => "campaign.finished",
            Self::MessageStatus => "message.status",
            Self::MessageReceived => "message.received",
            Self::ConsumerOptedOut => "consumer.opted_out",
        }
    }
}

impl FromStr for ChangeKind {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let found = ChangeKind::ALL.into_iter().find(|kind| kind.as_str() == text);
        found.ok_or_else(|| {
            let known = ChangeKind::ALL.map(ChangeKind::as_str).join(", ");
            Invalid::new(format!("unknown kind of change; the kinds are {known}"))
        })
    }
}

impl fmt::Display for ChangeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a change of a campaign, a message or a consumer is about. Contains no addresses and no text of messages.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize, ToSchema)]
pub struct ChangeDetails {
    /// The campaign (`proactiveCampaignId`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "a9cRASfbQ")]
    pub campaign: Option<String>,
    /// The message: its `transactionId` in reports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The channel of the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "sms")]
    pub channel: Option<String>,
    /// The status of the message: `sent`, `delivered`, `read`, `failed`, `skipped` or `cancelled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "delivered")]
    pub status: Option<String>,
    /// The error of a failed message, such as `twilio_30003`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The conversation that a received message belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation: Option<String>,
    /// The skill that the conversation is routed to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skill: Option<String>,
    /// Who recorded an opt-out: `consumer`, `provider` or `person`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Why a campaign was paused automatically.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

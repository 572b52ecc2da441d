//! The response of `GET /api/v2/account/{id}/campaign/{proactiveCampaignId}/conversations` (contract §6.1).

use outbound_reporting::{Step, Text, Transaction, TransactionId, look_up};
use serde::Serialize;
use utoipa::ToSchema;

use crate::status::CampaignStatus;

/// The state of a campaign and of its recipients.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConversationsResponse<'r> {
    campaign_status: &'static str,
    conversations: Vec<Conversation<'r>>,
}

/// A recipient.
#[allow(clippy::struct_field_names)] // The names of the vendor.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Conversation<'r> {
    id: TransactionId,
    status: ConversationStatus,
    conversation_id: Option<&'r str>,
    error_message: Option<&'static str>,
}

/// The status of a recipient. The vendor's `TOO_MANY_VARIABLES` does not occur, because such consumers are rejected.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ConversationStatus {
    /// The campaign is not started.
    Draft,
    /// The message will be sent.
    Scheduled,
    /// The message was cancelled or has expired.
    NotSent,
    /// The gateway accepted the message. Later failures are in reports only.
    Delivered,
    /// The message could not be sent.
    Failed,
    /// The consumer opted out, or has an open conversation.
    Skipped,
}

impl CampaignStatus {
    /// The status of a campaign of another system, of which only the transactions are known: it runs until every message
    /// has a status.
    pub fn of_transactions(transactions: &[Transaction]) -> Self {
        let is_pending = |row| status(Self::Running, row) == ConversationStatus::Scheduled;
        if transactions.iter().any(is_pending) { Self::Running } else { Self::Finished }
    }
}

impl<'r> ConversationsResponse<'r> {
    /// The response for the transactions of a campaign.
    ///
    /// The vendor documents two campaign statuses, both final: FINISHED and FAILED. Clients poll until they get one of
    /// them, so a cancelled campaign is FAILED.
    pub fn new(status: CampaignStatus, transactions: &'r [Transaction]) -> Self {
        let campaign_status = match status {
            CampaignStatus::Draft => "DRAFT",
            CampaignStatus::Running => "RUNNING",
            CampaignStatus::Paused => "PAUSED",
            CampaignStatus::Finished => "FINISHED",
            CampaignStatus::Cancelled => "FAILED",
        };
        let conversations = transactions.iter().map(|row| Conversation::new(status, row)).collect();
        Self { campaign_status, conversations }
    }
}

impl<'r> Conversation<'r> {
    fn new(campaign: CampaignStatus, row: &'r Transaction) -> Self {
        let status = status(campaign, row);
        let error = row.error.as_ref().filter(|_| status == ConversationStatus::Failed);
        Self {
            id: row.id,
            status,
            conversation_id: row.conversation_id.as_ref().map(Text::as_str),
            error_message: error.and_then(look_up).map(|entry| entry.message),
        }
    }
}

fn status(campaign: CampaignStatus, row: &Transaction) -> ConversationStatus {
    let expired = outbound_reporting::ErrorKey::expired();
    if row.times.sent().is_some() {
        ConversationStatus::Delivered
    } else if row.error.as_ref().is_some_and(|error| *error != expired) {
        ConversationStatus::Failed
    } else if row.times.get(Step::Skipped).is_some() {
        ConversationStatus::Skipped
    } else if row.error.is_some() || row.times.get(Step::Cancelled).is_some() {
        ConversationStatus::NotSent
    } else if campaign == CampaignStatus::Draft {
        ConversationStatus::Draft
    } else {
        ConversationStatus::Scheduled
    }
}

//! Records of campaigns.

use outbound_campaigns::{CampaignId, CampaignIds, Control, Recipient, RecipientCounts, RecipientState};
use outbound_model::Timestamp;
use outbound_reporting::{ReportingChannel, TransactionId};

use super::lanes::LaneId;
use crate::ConsumerKey;

/// A campaign.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Campaign {
    /// Its ids.
    pub ids: CampaignIds,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// Who created it.
    pub created_by: String,
    /// Its name.
    pub name: String,
    /// The skill that gets replies.
    pub skill: String,
    /// What people decided.
    pub control: Control,
    /// Why it was paused automatically.
    pub reason: Option<String>,
    /// After this time no message is sent.
    pub expires_at: Timestamp,
    /// What was frozen when it was accepted: JSON that the store does not read.
    pub frozen: String,
    /// The number of recipients in each state.
    pub counts: RecipientCounts,
    /// The failures since the last accepted message.
    pub failures: Option<FailureStreak>,
}

/// Failures of one class in a row.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FailureStreak {
    /// The class of the errors.
    pub class: String,
    /// Their number.
    pub count: u32,
}

/// The position of a campaign in the list, which is ordered by creation, newest first.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CampaignPosition {
    /// When it was created.
    pub created_at: Timestamp,
    /// Its id.
    pub id: CampaignId,
}

/// A campaign with everything that is stored in one commit with it. All recipients wait.
#[derive(Clone, Debug)]
pub struct NewCampaign<'c> {
    /// The campaign. Its counts and failures are ignored.
    pub campaign: &'c Campaign,
    /// Its recipients, numbered from 0 in this order.
    pub recipients: &'c [NewRecipient],
    /// The number of recipients to add for each channel to those of the day, sorted by channel.
    pub daily: &'c [DailyCount],
    /// The maximum number of recipients for each channel and day.
    pub daily_limit: u32,
    /// The request, if it has a key for idempotency.
    pub request: Option<(&'c str, AcceptedRequest)>,
    /// Encrypted events for reporting.
    pub sealed_events: &'c [u8],
}

/// A number of recipients.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct DailyCount {
    /// The channel.
    pub channel: ReportingChannel,
    /// The number.
    pub count: u32,
}

/// A recipient of a new campaign.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewRecipient {
    /// The message in reports.
    pub transaction: TransactionId,
    /// The lane of the first channel.
    pub lane: LaneId,
    /// When the message is sent.
    pub due_at: Option<Timestamp>,
    /// Identifies the consumer by the address on the first channel.
    pub consumer: ConsumerKey,
    /// Identifies the consumer by the addresses on later channels that are different, each once.
    pub other_consumers: Vec<ConsumerKey>,
    /// Encrypted addresses and variables.
    pub sealed: Vec<u8>,
}

/// The result of adding a campaign. Except for `Added`, nothing was stored.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum CampaignAdded {
    /// It was added.
    Added,
    /// The limit of the day is exceeded for this channel.
    DailyLimit(ReportingChannel),
    /// There is a request with this key.
    KnownRequest(AcceptedRequest),
}

/// A request that was accepted before.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AcceptedRequest {
    /// The hash of its body.
    pub hash: Vec<u8>,
    /// The encrypted response.
    pub sealed_response: Vec<u8>,
}

/// A recipient as stored.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StoredRecipient {
    /// The campaign.
    pub campaign: CampaignId,
    /// The number in the campaign, from 0.
    pub number: u32,
    /// The message of the current attempt in reports.
    pub transaction: TransactionId,
    /// State, channel and attempt. The number of channels is not stored, so that it is the maximum here; see
    /// [`Recipient::restore`].
    pub recipient: Recipient,
    /// The lane of the current channel.
    pub lane: LaneId,
    /// When the message is sent; while it is in flight, when it counts as lost.
    pub due_at: Option<Timestamp>,
    /// When the state changed last.
    pub changed_at: Timestamp,
    /// Identifies the consumer by the address on the current channel.
    pub consumer: ConsumerKey,
    /// Encrypted addresses and variables, until they are not needed any more.
    pub sealed: Option<Vec<u8>>,
    /// The provider's id of the message.
    pub provider_id: Option<String>,
    /// The number of changes. [`CampaignTransaction::save_recipients`](crate::CampaignTransaction::save_recipients)
    /// increments it.
    pub revision: u32,
}

/// A change of a recipient that this transaction has locked.
#[derive(Clone, Debug)]
pub struct RecipientChange {
    /// The state before.
    pub before: RecipientState,
    /// The recipient after the change.
    pub after: StoredRecipient,
}

/// Which recipients of a campaign are listed.
#[derive(Clone, Copy, Debug)]
pub struct RecipientQuery<'q> {
    /// The campaign.
    pub campaign: &'q CampaignId,
    /// The name of the state; `None` for all.
    pub state: Option<&'q str>,
    /// Only recipients with greater numbers.
    pub after: Option<u32>,
    /// The maximum number of recipients.
    pub limit: u32,
}

/// A consumer who wants no messages.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct OptOut {
    /// Identifies the consumer.
    pub consumer: ConsumerKey,
    /// The encrypted address; empty if it is not known, and once the consumer is erased.
    pub sealed_address: Vec<u8>,
    /// Since when.
    pub since: Timestamp,
    /// Who recorded it: `consumer`, `provider` or `person`.
    pub source: String,
    /// The keyword that the consumer sent.
    pub keyword: Option<String>,
}

/// A conversation that is not closed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct OpenConversation {
    /// Identifies the consumer.
    pub consumer: ConsumerKey,
    /// The channel.
    pub channel: ReportingChannel,
    /// Its id in reports.
    pub conversation_id: String,
    /// The campaign whose message the consumer replied to.
    pub campaign: Option<CampaignId>,
    /// The skill that gets the messages.
    pub skill: String,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// The time of the newest message.
    pub last_message_at: Timestamp,
}

/// Identifies a message of a consumer: an HMAC of its sender and the provider's id.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct InboundKey(pub [u8; 16]);

/// A message to a consumer that belongs to no campaign, such as the answer to HELP.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewAnswer {
    /// Of answers with the same key, one is sent.
    pub key: String,
    /// The lane that sends it.
    pub lane: LaneId,
    /// When it was added.
    pub at: Timestamp,
    /// The consumer.
    pub consumer: ConsumerKey,
    /// The encrypted address and text.
    pub sealed: Vec<u8>,
}

/// An account at a provider.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Connection {
    /// Its id.
    pub id: String,
    /// Its kind, such as `sandbox`.
    pub kind: String,
    /// A name that people chose.
    pub name: String,
    /// Encrypted settings.
    pub sealed_settings: Vec<u8>,
    /// The part of the URL of callbacks that identifies the connection.
    pub callback_id: String,
    /// When it was created.
    pub created_at: Timestamp,
}

/// Events of one commit that reporting does not have yet.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct OutboxEvents {
    /// Their number in the installation.
    pub number: i64,
    /// The encrypted events.
    pub sealed: Vec<u8>,
}

/// Whether messages may be sent.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct SendingHold {
    /// When a process of this installation last sent messages.
    pub seen_at: Option<Timestamp>,
    /// Since when nothing is sent until a person confirms it.
    pub held_at: Option<Timestamp>,
    /// Whether a recipient that waits was due before the given time.
    pub is_overdue: bool,
}

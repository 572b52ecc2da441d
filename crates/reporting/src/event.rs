//! Events: what the sender, a provider or a conversation reports about one message.

use outbound_model::{AccountId, HandoffId, Timestamp};

use crate::address::Address;
use crate::error_key::ErrorKey;
use crate::key::ReportingKey;
use crate::names::{App, ReportingChannel, Source};
use crate::text::Text;
use crate::transaction_id::TransactionId;

/// A checked event.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Event {
    /// The sender's id of the message: unique in the account together with `attempted_at`.
    pub message_id: Text,
    /// When the message was attempted.
    pub attempted_at: Timestamp,
    /// When the event happened.
    pub time: Timestamp,
    /// What happened.
    pub occurrence: Occurrence,
}

/// An event of a type that is known or not.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Incoming {
    /// An event to apply.
    Event(Event),
    /// The unknown `type` of an event, shortened. The caller counts it.
    UnknownType(String),
}

/// What happened, with the details that an event of this type has.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Occurrence {
    /// `attempted`
    Attempted {
        /// What is reported about the message.
        attempt: Box<Attempt>,
        /// The consumer's address. It is stored apart from the transaction.
        address: Option<Address>,
    },
    /// `failed`
    Failed(ErrorKey),
    /// `conversationCreated`
    ConversationCreated(Text),
    /// `conversationClosed`
    ConversationClosed(Text),
    /// `csat`: a score from 1 to 5.
    Csat(u8),
    /// `eligible`
    Eligible,
    /// `invited`
    Invited,
    /// `sent`
    Sent,
    /// `delivered`
    Delivered,
    /// `read`
    Read,
    /// `skipped`
    Skipped,
    /// `cancelled`
    Cancelled,
    /// `optIn`
    OptIn,
    /// `optOut`
    OptOut,
}

/// What an `attempted` event says about its message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Attempt {
    /// How the message was sent.
    pub route: Route,
    /// The handoff.
    pub handoff_id: Option<HandoffId>,
    /// The campaign.
    pub campaign_id: Option<Text>,
    /// The number of the voice system from which a consumer came.
    pub ivr_number: Option<Text>,
}

/// How a message was sent.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Route {
    /// The application.
    pub app: App,
    /// The channel that sends the message.
    pub channel: ReportingChannel,
    /// The skill that gets the conversation.
    pub skill: Text,
    /// What started the message.
    pub source: Source,
    /// The channel that was tried first. Differs from `channel` after a fallback.
    pub initial_channel: ReportingChannel,
    /// The skill before it was changed.
    pub initial_skill: Text,
}

impl Event {
    /// The id of the transaction that this event belongs to.
    pub fn transaction_id(&self, key: &ReportingKey, account: &AccountId) -> TransactionId {
        TransactionId::derive(key, account, &self.message_id, self.attempted_at)
    }
}

impl Attempt {
    /// What is known from two `attempted` events of one message. They should be equal. Otherwise values decide,
    /// never the order of arrival. Route and handoff are those of one event, because a fallback changes both.
    /// Of campaigns and numbers, a known one wins over none, then the smaller one.
    #[must_use]
    pub(crate) fn merge(self, other: Attempt) -> Attempt {
        let (preferred, other) =
            if self.preference() <= other.preference() { (self, other) } else { (other, self) };
        Attempt {
            route: preferred.route,
            handoff_id: preferred.handoff_id,
            campaign_id: smaller(preferred.campaign_id, other.campaign_id),
            ivr_number: smaller(preferred.ivr_number, other.ivr_number),
        }
    }

    /// Smaller is preferred: a route after a fallback, then a known handoff, then the smaller values.
    fn preference(&self) -> (bool, bool, &Route, Option<&HandoffId>) {
        let has_fallback = self.route.initial_channel != self.route.channel;
        (!has_fallback, self.handoff_id.is_none(), &self.route, self.handoff_id.as_ref())
    }
}

/// The smaller of the known values.
fn smaller<T: Ord>(one: Option<T>, other: Option<T>) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

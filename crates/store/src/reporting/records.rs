//! Records and queries of reporting.

use std::ops::Range;

use outbound_model::Timestamp;
use outbound_reporting::{App, Event, Filters, GroupedCell, Grouping, Transaction, TransactionId};

/// Identifies a consumer: an HMAC of the account and the address.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ConsumerKey(pub [u8; 16]);

/// A consumer with an encrypted address.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Consumer {
    /// Identifies the consumer.
    pub key: ConsumerKey,
    /// The encrypted address, stored if the consumer is new.
    pub sealed_address: Vec<u8>,
}

/// An event to record.
#[derive(Clone, Debug)]
pub struct NewEvent<'e> {
    /// The transaction of the event.
    pub id: TransactionId,
    /// The event.
    pub event: &'e Event,
    /// The consumer, if the event has an address.
    pub consumer: Option<Consumer>,
}

/// What an event changed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RecordOutcome {
    /// It changed its transaction, or created it.
    Recorded,
    /// It was recorded, but its transaction is not reported until the `attempted` event is recorded, too.
    AttemptMissing,
    /// Everything that it says was known.
    Duplicate,
    /// The event was not recorded, because the account has the maximum number of different values of this kind.
    TooManyValues(ValueKind),
}

/// The kinds of strings that transactions refer to by number.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ValueKind {
    /// Skills.
    Skill,
    /// Handoff ids.
    Handoff,
    /// Campaign ids.
    Campaign,
    /// Numbers of voice systems.
    IvrNumber,
    /// Sources and codes of errors.
    Error,
}

impl ValueKind {
    /// All kinds.
    pub const ALL: [Self; 5] = [Self::Skill, Self::Handoff, Self::Campaign, Self::IvrNumber, Self::Error];

    /// The maximum number of different values of an account, which keeps totals small. `None` for campaigns, whose
    /// totals are apart.
    pub fn maximum(self) -> Option<i64> {
        match self {
            Self::Skill | Self::IvrNumber | Self::Error => Some(10_000),
            Self::Handoff => Some(100_000),
            Self::Campaign => None,
        }
    }
}

/// Which messages [`Reporting::analytics`](crate::Reporting::analytics) adds up.
#[derive(Clone, Debug)]
pub struct AnalyticsQuery<'q> {
    /// The application.
    pub app: App,
    /// The times of the attempts.
    pub interval: Range<Timestamp>,
    /// Only messages that pass these filters. Statuses and ids are ignored.
    pub filters: &'q Filters,
    /// What totals are grouped by, besides day, channel, skill and error.
    pub grouping: Grouping,
    /// The maximum number of groups.
    pub limit: u32,
}

/// Which messages [`Reporting::transactions`](crate::Reporting::transactions) lists.
#[derive(Clone, Debug)]
pub struct TransactionQuery<'q> {
    /// The application.
    pub app: App,
    /// The ids, which contain the times of the attempts.
    pub ids: Range<TransactionId>,
    /// Only messages that pass these filters.
    pub filters: &'q Filters,
    /// The number of transactions to skip.
    pub offset: u64,
    /// The maximum number of transactions.
    pub limit: u32,
}

/// Which messages [`Reporting::campaign_transactions`](crate::Reporting::campaign_transactions) lists.
#[derive(Clone, Copy, Debug)]
pub struct CampaignQuery<'q> {
    /// The campaign.
    pub campaign_id: &'q str,
    /// Only transactions after this one.
    pub after: Option<TransactionId>,
    /// The maximum number of transactions.
    pub limit: u32,
}

/// The totals of a campaign.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CampaignTotals {
    /// The totals by day, channel and skill.
    pub cells: Vec<GroupedCell>,
    /// The time of the first attempt.
    pub first: Timestamp,
    /// The time of the last attempt.
    pub last: Timestamp,
}

/// A transaction as stored.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StoredTransaction {
    /// The transaction.
    pub transaction: Transaction,
    /// The number of its consumer, whose address may have been erased.
    pub consumer: Option<i64>,
}

/// The result of comparing the totals of an hour with a recount.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct HourDifference {
    /// The number of transactions whose derived columns were wrong, for example because an earlier version counted
    /// by other rules.
    pub transactions: u64,
    /// The number of totals that were wrong.
    pub totals: u64,
}

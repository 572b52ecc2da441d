//! Reporting: the transactions of sent messages, and totals that always equal a recount of them. Nothing here
//! locks an account.

mod files;
mod records;

use async_trait::async_trait;
pub use files::{ReportFile, ReportFiles};
use outbound_model::{AccountId, Timestamp};
use outbound_reporting::{Counts, GroupedCell, Transaction, TransactionId};
pub use records::{
    AnalyticsQuery, CampaignQuery, CampaignTotals, Consumer, ConsumerKey, HourDifference, NewEvent,
    RecordOutcome, StoredTransaction, TransactionQuery, ValueKind,
};

use crate::StoreError;

/// The messages of all accounts.
///
/// An account's first event creates its rows; reads of an account without events find nothing. Values of
/// messages (skills, error codes, handoffs …) are limited in number for each account
/// ([`ValueKind::maximum`]).
#[async_trait]
pub trait Reporting: Send + Sync {
    /// Applies events to their transactions and adds the differences to the totals, in one commit. All or
    /// nothing, except for events whose outcome says that they were rejected. Concurrent callers on any node may
    /// record events of the same messages.
    async fn record_events(
        &self,
        account: &AccountId,
        events: &[NewEvent<'_>],
    ) -> Result<Vec<RecordOutcome>, StoreError>;

    /// Adds up the messages that were attempted in an interval. One snapshot.
    async fn analytics(
        &self,
        account: &AccountId,
        query: &AnalyticsQuery<'_>,
    ) -> Result<Vec<GroupedCell>, StoreError>;

    /// Lists transactions in the order of their ids.
    async fn transactions(
        &self,
        account: &AccountId,
        query: &TransactionQuery<'_>,
    ) -> Result<Vec<StoredTransaction>, StoreError>;

    /// Reads a transaction, also one whose `attempted` event is not known.
    async fn transaction(
        &self,
        account: &AccountId,
        id: TransactionId,
    ) -> Result<Option<StoredTransaction>, StoreError>;

    /// Adds up the messages of a campaign by day, channel and skill, without errors; at most `limit` groups. `None` if
    /// it has no messages.
    async fn campaign_totals(
        &self,
        account: &AccountId,
        campaign_id: &str,
        limit: u32,
    ) -> Result<Option<CampaignTotals>, StoreError>;

    /// Adds up all messages of a campaign. `None` if it has no messages.
    async fn campaign_counts(
        &self,
        account: &AccountId,
        campaign_id: &str,
    ) -> Result<Option<Counts>, StoreError>;

    /// Lists the transactions of a campaign in the order of their ids.
    async fn campaign_transactions(
        &self,
        account: &AccountId,
        query: &CampaignQuery<'_>,
    ) -> Result<Vec<Transaction>, StoreError>;

    /// The values of one kind that the account's messages have, in alphabetical order, at most `limit`.
    async fn reporting_values(
        &self,
        account: &AccountId,
        kind: ValueKind,
        limit: u32,
    ) -> Result<Vec<String>, StoreError>;

    /// Whether any event was recorded.
    async fn has_transactions(&self, account: &AccountId) -> Result<bool, StoreError>;

    /// Whether the account has addresses of consumers.
    async fn has_consumers(&self, account: &AccountId) -> Result<bool, StoreError>;

    /// Compares the totals of one hour (hours since 1970) with a recount of its transactions. With `repair`,
    /// corrects the totals. Concurrent events and repairs do not disturb it.
    async fn audit_hour(
        &self,
        account: &AccountId,
        hour: i64,
        repair: bool,
    ) -> Result<HourDifference, StoreError>;

    /// Deletes the address of a consumer. Returns `false` if there is none. Transactions and totals stay.
    async fn erase_consumer(&self, account: &AccountId, key: &ConsumerKey) -> Result<bool, StoreError>;

    /// The encrypted addresses of consumers, for those of `numbers` that were not erased or deleted.
    async fn sealed_addresses(
        &self,
        account: &AccountId,
        numbers: &[i64],
    ) -> Result<Vec<(i64, Vec<u8>)>, StoreError>;

    /// Deletes data of messages that were attempted before the day of `before` (UTC), and the addresses of consumers
    /// without messages since, in batches of `limit` rows, and returns
    /// how many rows were deleted; less than `limit` if none are left. On PostgreSQL the transactions themselves
    /// are dropped by months ([`maintain_storage`](Self::maintain_storage)).
    async fn delete_transactions(
        &self,
        account: &AccountId,
        before: Timestamp,
        limit: u32,
    ) -> Result<u64, StoreError>;

    /// Prepares storage for messages from `earliest` to two months after `now`. Creates partitions on PostgreSQL; does
    /// nothing on SQLite. Fails with [`StoreError::Busy`] if others hold a lock for longer than a few seconds.
    async fn prepare_storage(&self, earliest: Timestamp, now: Timestamp) -> Result<(), StoreError>;

    /// Like [`prepare_storage`](Self::prepare_storage), and drops storage that contains only earlier messages. Does
    /// nothing if another node does the same at the moment. What could not be dropped is dropped by a later call.
    async fn maintain_storage(&self, earliest: Timestamp, now: Timestamp) -> Result<(), StoreError>;
}

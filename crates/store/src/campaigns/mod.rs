//! Campaigns: their recipients, the lanes that send to them, opt-outs, open conversations, and connections to
//! providers. Nothing here locks an account.
//!
//! Rows are locked in the order recipients, lanes, campaigns. A claim locks its lane first, but skips locked
//! recipients instead of waiting for them.

mod account;
mod lanes;
mod records;

use async_trait::async_trait;
use outbound_model::{AccountId, Timestamp};

pub use account::{CampaignReader, CampaignTransaction, PendingCommit};
pub use lanes::{Lane, LaneId, LaneLease};
pub use records::{
    AcceptedRequest, Campaign, CampaignAdded, CampaignPosition, Connection, DailyCount, FailureStreak,
    InboundKey, NewAnswer, NewCampaign, NewRecipient, OpenConversation, OptOut, OutboxEvents,
    RecipientChange, RecipientQuery, SendingHold, StoredRecipient,
};

use crate::{ConsumerKey, StoreError};

/// The campaigns of all accounts.
#[async_trait]
pub trait Campaigns: Send + Sync {
    /// Opens a reader of one account's campaigns. Opening does not access the database.
    fn read_campaigns(&self, account: &AccountId) -> Box<dyn CampaignReader>;

    /// Opens a transaction on one account's campaigns. Fails with [`StoreError::UnknownAccount`] if there is no
    /// such account.
    async fn write_campaigns(&self, account: &AccountId) -> Result<Box<dyn CampaignTransaction>, StoreError>;

    /// Leases up to `limit` lanes that are due and have no valid lease, longest waiting first.
    async fn lease_lanes(&self, lease: LaneLease<'_>, limit: u32) -> Result<(), StoreError>;

    /// Extends all valid leases of the owner for lanes with recipients to send to.
    async fn renew_leases(&self, lease: LaneLease<'_>) -> Result<(), StoreError>;

    /// Ends all leases of an owner, so that other processes continue at once.
    async fn release_lanes(&self, owner: &str) -> Result<(), StoreError>;

    /// Lists up to `limit` lanes that `owner` has leased and that are due at `now`, longest waiting first. Leaves out
    /// those of the accounts `except`.
    async fn due_lanes(
        &self,
        owner: &str,
        now: Timestamp,
        except: &[AccountId],
        limit: u32,
    ) -> Result<Vec<(AccountId, LaneId)>, StoreError>;

    /// Finds a connection by the part of its URL of callbacks.
    async fn connection_of_callback(
        &self,
        callback_id: &str,
    ) -> Result<Option<(AccountId, Connection)>, StoreError>;

    /// The first account after `after` with events that reporting does not have yet.
    async fn account_with_events(&self, after: Option<&AccountId>) -> Result<Option<AccountId>, StoreError>;

    /// The first account after `after` with changes that the change feed does not have yet.
    async fn account_with_changes(&self, after: Option<&AccountId>) -> Result<Option<AccountId>, StoreError>;

    /// Moves up to `limit` changes of an account to the change feed, oldest first, in one commit that locks the account.
    /// Leaves out changes whose keys the feed has. Enqueues the delivery job of each enabled webhook. Returns the
    /// account's new revision.
    async fn publish_changes(&self, account: &AccountId, limit: u32) -> Result<i64, StoreError>;

    /// Deletes personal data of a consumer: addresses and variables of recipients with this consumer on any channel,
    /// answers, the address of the opt-out, and the open conversation. The opt-out itself stays. Returns whether
    /// anything was deleted.
    async fn erase_campaign_consumer(
        &self,
        account: &AccountId,
        consumer: &ConsumerKey,
    ) -> Result<bool, StoreError>;

    /// Lists up to `limit` events of an account that reporting does not have yet, oldest first.
    async fn outbox_events(&self, account: &AccountId, limit: u32) -> Result<Vec<OutboxEvents>, StoreError>;

    /// Deletes events that reporting has.
    async fn delete_outbox_events(&self, account: &AccountId, numbers: &[i64]) -> Result<(), StoreError>;

    /// When messages were last sent, whether a person has to confirm that they may be sent, and whether a recipient
    /// that waits was due before `overdue_before`.
    async fn sending_hold(&self, overdue_before: Timestamp) -> Result<SendingHold, StoreError>;

    /// Records the time at which a process sent messages or was ready to do so. An earlier time than the recorded one has
    /// no effect.
    async fn record_sending(&self, now: Timestamp) -> Result<(), StoreError>;

    /// Stops all sending (`Some`), or permits it again (`None`).
    async fn hold_sending(&self, since: Option<Timestamp>) -> Result<(), StoreError>;

    /// Deletes personal data of up to `limit` campaigns that were created before `before`: addresses, variables and
    /// stored responses. Deletes answers that were added before. Returns the number of campaigns.
    async fn purge_campaigns(
        &self,
        account: &AccountId,
        before: Timestamp,
        limit: u32,
    ) -> Result<u64, StoreError>;

    /// Deletes conversations whose last message is older than `before`.
    async fn delete_conversations(&self, account: &AccountId, before: Timestamp) -> Result<(), StoreError>;

    /// Forgets the messages of consumers that were received before `before`.
    async fn forget_inbound(&self, account: &AccountId, before: Timestamp) -> Result<(), StoreError>;

    /// Deletes up to `limit` campaigns with their recipients that were created before `before`, oldest first, and the
    /// numbers of recipients of earlier days. Returns the number of campaigns.
    async fn delete_campaigns(
        &self,
        account: &AccountId,
        before: Timestamp,
        limit: u32,
    ) -> Result<u64, StoreError>;
}

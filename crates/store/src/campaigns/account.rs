//! Reads and changes the campaigns of one account.

use async_trait::async_trait;
use outbound_campaigns::{CampaignId, Control};
use outbound_model::Timestamp;
use outbound_reporting::TransactionId;

use super::lanes::{Lane, LaneId};
use super::records::{
    AcceptedRequest, Campaign, CampaignAdded, CampaignPosition, Connection, FailureStreak, InboundKey,
    NewAnswer, NewCampaign, OpenConversation, OptOut, RecipientChange, RecipientQuery, StoredRecipient,
};
use crate::{AuditEntry, ConsumerKey, NewChange, StoreError};

/// Reads one account's campaigns. Each method reads one snapshot.
#[async_trait]
pub trait CampaignReader: Send + Sync {
    /// Reads a campaign.
    async fn campaign(&self, id: &CampaignId) -> Result<Option<Campaign>, StoreError>;

    /// Lists up to `limit` campaigns before a position, newest first.
    async fn campaigns(
        &self,
        before: Option<&CampaignPosition>,
        limit: u32,
    ) -> Result<Vec<Campaign>, StoreError>;

    /// Lists recipients of a campaign by their numbers.
    async fn recipients(&self, query: RecipientQuery<'_>) -> Result<Vec<StoredRecipient>, StoreError>;

    /// Reads a request that was accepted with a key.
    async fn accepted_request(&self, key: &str) -> Result<Option<AcceptedRequest>, StoreError>;

    /// Lists all lanes.
    async fn lanes(&self) -> Result<Vec<Lane>, StoreError>;

    /// Lists up to `limit` opt-outs after a consumer, by their keys.
    async fn opt_outs(&self, after: Option<&ConsumerKey>, limit: u32) -> Result<Vec<OptOut>, StoreError>;

    /// Lists all connections by their ids.
    async fn connections(&self) -> Result<Vec<Connection>, StoreError>;

    /// Reads recipients by the transactions of their current attempts, in any order.
    async fn recipients_of(&self, transactions: &[TransactionId])
    -> Result<Vec<StoredRecipient>, StoreError>;

    /// The recipient whose message was sent to the consumer last, if that was not before `since`.
    async fn last_sent(
        &self,
        consumer: &ConsumerKey,
        since: Timestamp,
    ) -> Result<Option<StoredRecipient>, StoreError>;
}

/// A transaction on one account's campaigns. It is rolled back if it is dropped without [`commit`](Self::commit).
#[async_trait]
pub trait CampaignTransaction: Send {
    /// Adds a campaign with its recipients, and makes their lanes due. After another result than
    /// [`CampaignAdded::Added`], the transaction cannot be committed. Fails with [`StoreError::Conflict`] if the id
    /// is taken.
    async fn add_campaign(&mut self, new: &NewCampaign<'_>) -> Result<CampaignAdded, StoreError>;

    /// Reads campaigns, in any order.
    async fn campaigns(&mut self, ids: &[&CampaignId]) -> Result<Vec<Campaign>, StoreError>;

    /// Changes the control of a campaign. Returns `false` if it is not `before` any more.
    async fn set_control(
        &mut self,
        id: &CampaignId,
        before: Control,
        after: Control,
        reason: Option<&str>,
    ) -> Result<bool, StoreError>;

    /// Stores the failures in a row of a campaign.
    async fn set_failures(
        &mut self,
        id: &CampaignId,
        failures: Option<&FailureStreak>,
    ) -> Result<(), StoreError>;

    /// Sets when the recipients of a campaign that wait are due. Makes their lanes due. Call it before
    /// [`set_control`](Self::set_control), because recipients are locked before campaigns.
    async fn reschedule(&mut self, id: &CampaignId, due_at: Timestamp) -> Result<(), StoreError>;

    /// Makes the recipients of a lane that wait for a later time due at `due_at`. Call it before [`lane`](Self::lane),
    /// because recipients are locked before lanes.
    async fn reschedule_lane(&mut self, id: &LaneId, due_at: Timestamp) -> Result<(), StoreError>;

    /// Locks a lane and reads it.
    async fn lane(&mut self, id: &LaneId) -> Result<Option<Lane>, StoreError>;

    /// Stores rate, due time, block and pause of a lane that this transaction has locked.
    async fn save_lane(&mut self, lane: &Lane) -> Result<(), StoreError>;

    /// The earliest due time of the recipients and answers of a lane.
    async fn next_due(&mut self, lane: &LaneId) -> Result<Option<Timestamp>, StoreError>;

    /// Locks and reads up to `limit` recipients of a lane that are due at `now`. Campaigns take turns by the numbers of
    /// their recipients: 0 first, then up to 9, 99, 999, 9999, and all others; in each turn longest due first. So a small
    /// campaign does not wait for a large one. Skips those that other transactions have locked.
    async fn due_recipients(
        &mut self,
        lane: &LaneId,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<StoredRecipient>, StoreError>;

    /// Locks and reads recipients by the transactions of their current attempts.
    async fn recipients_of(
        &mut self,
        transactions: &[TransactionId],
    ) -> Result<Vec<StoredRecipient>, StoreError>;

    /// Locks and reads up to `limit` failed recipients of a campaign whose addresses and variables are not deleted.
    async fn retryable_recipients(
        &mut self,
        id: &CampaignId,
        limit: u32,
    ) -> Result<Vec<StoredRecipient>, StoreError>;

    /// Locks and reads one recipient.
    async fn recipient(
        &mut self,
        id: &CampaignId,
        number: u32,
    ) -> Result<Option<StoredRecipient>, StoreError>;

    /// Stores changed recipients that this transaction has locked, makes their lanes due, and updates the counts of
    /// their campaigns. Returns the campaigns that have finished with these changes: the last recipient that waited or
    /// was in flight is final, and the campaign is launched or paused.
    async fn save_recipients(&mut self, changes: &[RecipientChange]) -> Result<Vec<CampaignId>, StoreError>;

    /// Adds a message to a consumer that belongs to no campaign, and makes its lane due. Does nothing if there was one
    /// with the same key.
    async fn add_answer(&mut self, answer: &NewAnswer) -> Result<(), StoreError>;

    /// Takes up to `limit` answers of a lane that this transaction has locked, oldest first: returns the times at which
    /// they were added and their encrypted contents, which are deleted.
    async fn take_answers(
        &mut self,
        lane: &LaneId,
        limit: u32,
    ) -> Result<Vec<(Timestamp, Vec<u8>)>, StoreError>;

    /// Adds changes for the change feed.
    async fn add_changes(&mut self, changes: &[NewChange]) -> Result<(), StoreError>;

    /// Remembers a message of a consumer. Returns `false` if it is known. Waits for other transactions that add the same
    /// message.
    async fn add_inbound(&mut self, message: &InboundKey, at: Timestamp) -> Result<bool, StoreError>;

    /// Those of the consumers who opted out.
    async fn opted_out(&mut self, consumers: &[ConsumerKey]) -> Result<Vec<ConsumerKey>, StoreError>;

    /// Records an opt-out. An earlier one stays, and gets the address if it has none. Returns whether it is new.
    async fn add_opt_out(&mut self, opt_out: &OptOut) -> Result<bool, StoreError>;

    /// Deletes an opt-out. Returns `false` if there is none.
    async fn remove_opt_out(&mut self, consumer: &ConsumerKey) -> Result<bool, StoreError>;

    /// The open conversations of consumers.
    async fn conversations(&mut self, consumers: &[ConsumerKey])
    -> Result<Vec<OpenConversation>, StoreError>;

    /// Adds a conversation, or replaces that of the same consumer.
    async fn save_conversation(&mut self, conversation: &OpenConversation) -> Result<(), StoreError>;

    /// Deletes a conversation that is closed. Returns `false` if there is none.
    async fn close_conversation(&mut self, conversation: &OpenConversation) -> Result<bool, StoreError>;

    /// Adds a connection. Returns `false` if the account already has `limit` connections.
    async fn add_connection(&mut self, connection: &Connection, limit: u32) -> Result<bool, StoreError>;

    /// Replaces the id of a connection in URLs of callbacks. Returns `false` if there is no such connection. Fails with
    /// [`StoreError::Conflict`] if the new id is taken.
    async fn set_callback_id(&mut self, id: &str, callback_id: &str) -> Result<bool, StoreError>;

    /// Deletes a connection. Returns `false` if there is none.
    async fn delete_connection(&mut self, id: &str) -> Result<bool, StoreError>;

    /// Adds encrypted events for reporting.
    async fn add_events(&mut self, sealed: &[u8]) -> Result<(), StoreError>;

    /// Reads the account's settings, as [`CatalogueTransaction`](crate::CatalogueTransaction) stores them. A change of
    /// the settings that is recorded in the audit log is then committed after this transaction. Nothing else can be done
    /// before the commit, because the counter of the audit log is locked, which comes last in the order of locks.
    async fn lock_settings(self: Box<Self>) -> Result<(Option<String>, Box<dyn PendingCommit>), StoreError>;

    /// Adds an entry to the audit log.
    async fn audit(&mut self, entry: &AuditEntry) -> Result<(), StoreError>;

    /// Commits.
    async fn commit(self: Box<Self>) -> Result<(), StoreError>;
}

/// A transaction that can only be committed or dropped.
#[async_trait]
pub trait PendingCommit: Send {
    /// Commits.
    async fn commit(self: Box<Self>) -> Result<(), StoreError>;
}

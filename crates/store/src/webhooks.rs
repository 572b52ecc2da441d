//! Webhooks and their deliveries.

use async_trait::async_trait;
use outbound_model::{AccountId, ChangeKind, DeliveryState, DisabledBecause, Timestamp, WebhookId};

use crate::{AuditEntry, EnqueueJobs, HandoffChange, StoreError};

/// An address that is told of changes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// The address.
    pub url: String,
    /// What people say about it.
    pub description: String,
    /// The kinds of change that it wants; every kind where there are none.
    pub kinds: Vec<ChangeKind>,
    /// What signs, encrypted with the installation's key.
    pub sealed_secret: Vec<u8>,
    /// What signed before, and until when it signs as well.
    pub old_secret: Option<(Vec<u8>, Timestamp)>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Since when it is sent nothing, and why.
    pub disabled: Option<(Timestamp, DisabledBecause)>,
    /// The number of the last change that was looked at for it.
    pub queued_through: i64,
    /// The number of its newest delivery, 0 where there was none yet.
    pub last_delivery: i64,
    /// When a delivery succeeded last.
    pub last_success_at: Option<Timestamp>,
}

/// One thing that a webhook is told.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Delivery {
    /// Its number in the webhook: 1, 2, 3 …
    pub number: i64,
    /// What it tells; nothing for a ping.
    pub change: Option<HandoffChange>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When the receiver said that it has it.
    pub delivered_at: Option<Timestamp>,
    /// Tries so far, one that is under way included.
    pub attempts: u32,
    /// How the last try ended.
    pub last_attempt: Option<Attempt>,
    /// From when on it may be tried again; while somebody tries, when that one is given up for lost.
    pub next_attempt_at: Option<Timestamp>,
}

/// How a try ended.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Attempt {
    /// When.
    pub at: Timestamp,
    /// The status that the receiver answered, if it did.
    pub status: Option<u16>,
    /// What went wrong, if something did.
    pub error: Option<String>,
}

/// How many deliveries of a webhook are pending.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Pending {
    /// Those that wait for their first attempt.
    pub untried: u32,
    /// These, those that wait for a retry, and those under way.
    pub all: u32,
}

/// A try of a claimed delivery that is over.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AttemptOutcome {
    /// The delivery.
    pub number: i64,
    /// Its `next_attempt_at` when it was claimed.
    pub claimed_until: Timestamp,
    /// How the try ended.
    pub attempt: Attempt,
    /// Whether the receiver has it.
    pub delivered: bool,
    /// When to try again, if at all.
    pub next_attempt_at: Option<Timestamp>,
}

impl Delivery {
    /// Where it stands.
    pub fn state(&self) -> DeliveryState {
        match (self.next_attempt_at, self.delivered_at) {
            (Some(_), _) => DeliveryState::Pending,
            (None, Some(_)) => DeliveryState::Delivered,
            (None, None) => DeliveryState::Failed,
        }
    }
}

/// The webhooks of all accounts. None of these locks an account or moves its revision.
#[async_trait]
pub trait Webhooks: Send + Sync {
    /// Reads one account's webhooks; every call sees one snapshot. Does not touch the database yet.
    fn read_webhooks(&self, account: &AccountId) -> Box<dyn WebhookReader>;

    /// Opens a transaction on one account's webhooks. [`StoreError::UnknownAccount`] if there is no such
    /// account.
    async fn write_webhooks(&self, account: &AccountId) -> Result<Box<dyn WebhookTransaction>, StoreError>;

    /// Takes up to `most` deliveries that are due at `now`, the longest due first, for the caller to try.
    /// No other caller, on any node, gets them before `until`. Each counts one more attempt.
    async fn claim_deliveries(
        &self,
        account: &AccountId,
        id: &WebhookId,
        (now, until): (Timestamp, Timestamp),
        most: u32,
    ) -> Result<Vec<Delivery>, StoreError>;

    /// Deletes up to `most` deliveries of an account that are over and were made before `until`, the oldest
    /// first, and answers how many.
    async fn prune_deliveries(
        &self,
        account: &AccountId,
        until: Timestamp,
        most: u32,
    ) -> Result<u64, StoreError>;

    /// Deletes up to `most` deliveries of a webhook that was deleted before, and the webhook itself once it has
    /// none. Answers whether nothing of it is left.
    async fn purge_webhook(&self, account: &AccountId, id: &WebhookId, most: u32)
    -> Result<bool, StoreError>;

    /// Notes of the deliveries that are due at the time of `attempt` why they could not be sent. They stay due, and
    /// it does not count as an attempt.
    async fn note_unsent(
        &self,
        account: &AccountId,
        id: &WebhookId,
        attempt: &Attempt,
    ) -> Result<(), StoreError>;

    /// Enqueues, due at `due_at`, the delivery job of each webhook that is enabled.
    async fn enqueue_deliveries(&self, account: &AccountId, due_at: Timestamp) -> Result<(), StoreError>;
}

/// Reads of one account's webhooks.
#[async_trait]
pub trait WebhookReader: Send + Sync {
    /// Every webhook, ordered by creation, then id.
    async fn webhooks(&self) -> Result<Vec<Webhook>, StoreError>;

    /// A webhook.
    async fn webhook(&self, id: &WebhookId) -> Result<Option<Webhook>, StoreError>;

    /// Up to `count` deliveries of a webhook with numbers below `before`, the newest first.
    async fn deliveries(&self, id: &WebhookId, before: i64, count: u32) -> Result<Vec<Delivery>, StoreError>;

    /// A delivery of a webhook.
    async fn delivery(&self, id: &WebhookId, number: i64) -> Result<Option<Delivery>, StoreError>;

    /// When the next delivery of a webhook may be attempted; `None` where none is pending.
    async fn next_attempt(&self, id: &WebhookId) -> Result<Option<Timestamp>, StoreError>;
}

/// Writes to the webhooks of one account, all or nothing: dropped without [`commit`](Self::commit), nothing
/// stays. It locks the webhooks that it uses, so that two transactions never number a delivery alike.
#[async_trait]
pub trait WebhookTransaction: EnqueueJobs {
    /// Adds a webhook; `false` if the account has `most` of them already.
    async fn add_webhook(&mut self, webhook: &Webhook, most: u32) -> Result<bool, StoreError>;

    /// The number of the newest change, 0 where there is none.
    async fn last_change(&mut self) -> Result<i64, StoreError>;

    /// A webhook, which other transactions cannot use until this one ends.
    async fn webhook(&mut self, id: &WebhookId) -> Result<Option<Webhook>, StoreError>;

    /// Changes all of a webhook but its id and the time of its creation.
    async fn save_webhook(&mut self, webhook: &Webhook) -> Result<(), StoreError>;

    /// Deletes a webhook and its secrets; `false` if there is none of this id. Its deliveries are no longer
    /// found, but take space until [`purge_webhook`](Webhooks::purge_webhook) has deleted them.
    async fn delete_webhook(&mut self, id: &WebhookId, at: Timestamp) -> Result<bool, StoreError>;

    /// How many deliveries of a webhook are pending.
    async fn pending(&mut self, id: &WebhookId) -> Result<Pending, StoreError>;

    /// Makes a delivery, due at `at`, of each change behind the webhook's `queued_through` up to number
    /// `through` that it wants, and moves `queued_through` there. Answers how many.
    async fn queue_changes(&mut self, id: &WebhookId, through: i64, at: Timestamp)
    -> Result<u64, StoreError>;

    /// Makes a delivery of nothing, due at `at`, and answers its number.
    async fn queue_ping(&mut self, id: &WebhookId, at: Timestamp) -> Result<i64, StoreError>;

    /// Notes how the try of a claimed delivery ended; `false` where it is not the caller's any more.
    async fn settle(&mut self, id: &WebhookId, settled: &AttemptOutcome) -> Result<bool, StoreError>;

    /// Makes a delivery due at `at` once more, as if it had never been tried; `false` if there is none
    /// of this number.
    async fn resend(&mut self, id: &WebhookId, number: i64, at: Timestamp) -> Result<bool, StoreError>;

    /// Adds an entry to the audit.
    async fn audit(&mut self, entry: &AuditEntry) -> Result<(), StoreError>;

    /// Makes everything durable.
    async fn commit(self: Box<Self>) -> Result<(), StoreError>;
}

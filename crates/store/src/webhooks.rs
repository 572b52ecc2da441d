//! Webhooks and their deliveries.

use async_trait::async_trait;
use outbound_model::{AccountId, ChangeKind, DeliveryState, DisabledReason, Timestamp, WebhookId};

use crate::{AuditEntry, EnqueueJobs, FeedEntry, StoreError};

/// A URL that receives a request for each change.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// The URL.
    pub url: String,
    /// A description by the user.
    pub description: String,
    /// The kinds of change to send; empty for [`ChangeKind::default_kinds`].
    pub kinds: Vec<ChangeKind>,
    /// The signing secret, encrypted with the installation key.
    pub sealed_secret: Vec<u8>,
    /// The previous secret, which also signs until this time.
    pub old_secret: Option<(Vec<u8>, Timestamp)>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When and why it was disabled, if it is.
    pub disabled: Option<(Timestamp, DisabledReason)>,
    /// Number of the last change for which deliveries were queued or skipped.
    pub queued_through: i64,
    /// Number of its newest delivery; 0 if there is none.
    pub last_delivery: i64,
    /// When a delivery last succeeded.
    pub last_success_at: Option<Timestamp>,
}

/// A message for a webhook: a change, or a ping.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Delivery {
    /// Number in the webhook, counted from 1.
    pub number: i64,
    /// The change; `None` for a ping.
    pub change: Option<FeedEntry>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When the receiver accepted it.
    pub delivered_at: Option<Timestamp>,
    /// Number of attempts, including the current one.
    pub attempts: u32,
    /// Outcome of the last attempt.
    pub last_attempt: Option<DeliveryAttempt>,
    /// When the next attempt is due. During an attempt, when its claim expires.
    pub next_attempt_at: Option<Timestamp>,
}

/// Outcome of an attempt.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DeliveryAttempt {
    /// When the attempt ended.
    pub at: Timestamp,
    /// The status code of the response, if there was one.
    pub status: Option<u16>,
    /// The error, if the attempt failed.
    pub error: Option<String>,
}

/// Number of pending deliveries of a webhook.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PendingDeliveries {
    /// Deliveries that wait for their first attempt.
    pub untried: u32,
    /// All pending deliveries, including those that wait for a retry or are being attempted.
    pub all: u32,
}

/// A completed attempt of a claimed delivery.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AttemptOutcome {
    /// The delivery.
    pub number: i64,
    /// Its `next_attempt_at` when it was claimed.
    pub claimed_until: Timestamp,
    /// The outcome.
    pub attempt: DeliveryAttempt,
    /// Whether the receiver accepted it.
    pub delivered: bool,
    /// When to retry; `None` for not at all.
    pub next_attempt_at: Option<Timestamp>,
}

impl Delivery {
    /// The state, derived from the times.
    pub fn state(&self) -> DeliveryState {
        match (self.next_attempt_at, self.delivered_at) {
            (Some(_), _) => DeliveryState::Pending,
            (None, Some(_)) => DeliveryState::Delivered,
            (None, None) => DeliveryState::Failed,
        }
    }
}

/// The webhooks of all accounts. No method locks an account or increments its revision.
#[async_trait]
pub trait Webhooks: Send + Sync {
    /// Opens a reader of one account's webhooks. Each of its methods reads one snapshot. Opening does not
    /// access the database.
    fn read_webhooks(&self, account: &AccountId) -> Box<dyn WebhookReader>;

    /// Opens a transaction on one account's webhooks. Fails with [`StoreError::UnknownAccount`] if there is
    /// no such account.
    async fn write_webhooks(&self, account: &AccountId) -> Result<Box<dyn WebhookTransaction>, StoreError>;

    /// Claims up to `limit` deliveries that are due at `now` for the caller to attempt, longest due first. No
    /// other caller on any node gets them before `until`. Increments the number of attempts of each.
    async fn claim_deliveries(
        &self,
        account: &AccountId,
        id: &WebhookId,
        (now, until): (Timestamp, Timestamp),
        limit: u32,
    ) -> Result<Vec<Delivery>, StoreError>;

    /// Deletes up to `limit` deliveries of an account that are not pending and were created before `until`,
    /// oldest first. Returns how many were deleted.
    async fn prune_deliveries(
        &self,
        account: &AccountId,
        until: Timestamp,
        limit: u32,
    ) -> Result<u64, StoreError>;

    /// Deletes up to `limit` deliveries of a deleted webhook, and the webhook itself once it has none.
    /// Returns whether nothing is left.
    async fn purge_webhook(
        &self,
        account: &AccountId,
        id: &WebhookId,
        limit: u32,
    ) -> Result<bool, StoreError>;

    /// Records why the deliveries that are due at the time of `attempt` could not be sent. They stay due, and
    /// the number of attempts does not change.
    async fn record_unsent(
        &self,
        account: &AccountId,
        id: &WebhookId,
        attempt: &DeliveryAttempt,
    ) -> Result<(), StoreError>;

    /// Enqueues the delivery job of each enabled webhook, due at `due_at`.
    async fn enqueue_deliveries(&self, account: &AccountId, due_at: Timestamp) -> Result<(), StoreError>;

    /// The kinds of change that enabled webhooks of the account name, sorted.
    async fn subscribed_kinds(&self, account: &AccountId) -> Result<Vec<ChangeKind>, StoreError>;
}

/// Reads one account's webhooks.
#[async_trait]
pub trait WebhookReader: Send + Sync {
    /// Lists all webhooks, ordered by creation, then id.
    async fn webhooks(&self) -> Result<Vec<Webhook>, StoreError>;

    /// Reads a webhook.
    async fn webhook(&self, id: &WebhookId) -> Result<Option<Webhook>, StoreError>;

    /// Lists up to `count` deliveries of a webhook with numbers below `before`, newest first.
    async fn deliveries(&self, id: &WebhookId, before: i64, count: u32) -> Result<Vec<Delivery>, StoreError>;

    /// Reads a delivery of a webhook.
    async fn delivery(&self, id: &WebhookId, number: i64) -> Result<Option<Delivery>, StoreError>;

    /// Returns when the next attempt of any delivery of a webhook is due; `None` if none is pending.
    async fn next_attempt(&self, id: &WebhookId) -> Result<Option<Timestamp>, StoreError>;
}

/// A transaction on one account's webhooks. It is rolled back if it is dropped without
/// [`commit`](Self::commit). It locks the webhooks that it uses, so that concurrent transactions never give
/// two deliveries the same number.
#[async_trait]
pub trait WebhookTransaction: EnqueueJobs {
    /// Adds a webhook. Returns `false` if the account already has `limit` webhooks.
    async fn add_webhook(&mut self, webhook: &Webhook, limit: u32) -> Result<bool, StoreError>;

    /// Returns the number of the newest change, or 0 if there is none.
    async fn last_change(&mut self) -> Result<i64, StoreError>;

    /// Reads and locks a webhook. Other transactions that use it wait until this one ends.
    async fn webhook(&mut self, id: &WebhookId) -> Result<Option<Webhook>, StoreError>;

    /// Updates all fields of a webhook except its id and creation time.
    async fn save_webhook(&mut self, webhook: &Webhook) -> Result<(), StoreError>;

    /// Deletes a webhook and its secrets. Returns `false` if there is no such webhook. Its deliveries are no
    /// longer found, but use space until [`purge_webhook`](Webhooks::purge_webhook) deletes them.
    async fn delete_webhook(&mut self, id: &WebhookId, at: Timestamp) -> Result<bool, StoreError>;

    /// Number of pending deliveries of a webhook.
    async fn pending(&mut self, id: &WebhookId) -> Result<PendingDeliveries, StoreError>;

    /// Queues a delivery, due at `at`, for each change after the webhook's `queued_through` up to number
    /// `through` whose kind the webhook receives. Sets `queued_through` to `through`. Returns the number of
    /// deliveries.
    async fn queue_changes(&mut self, id: &WebhookId, through: i64, at: Timestamp)
    -> Result<u64, StoreError>;

    /// Queues a ping, due at `at`, and returns its number.
    async fn queue_ping(&mut self, id: &WebhookId, at: Timestamp) -> Result<i64, StoreError>;

    /// Records the outcome of an attempt. Returns `false` if the caller's claim has expired.
    async fn settle(&mut self, id: &WebhookId, outcome: &AttemptOutcome) -> Result<bool, StoreError>;

    /// Resets a delivery and makes it due at `at`. Returns `false` if there is no such delivery.
    async fn resend(&mut self, id: &WebhookId, number: i64, at: Timestamp) -> Result<bool, StoreError>;

    /// Reads a delivery of a webhook.
    async fn delivery(&mut self, id: &WebhookId, number: i64) -> Result<Option<Delivery>, StoreError>;

    /// Adds an entry to the audit log.
    async fn audit(&mut self, entry: &AuditEntry) -> Result<(), StoreError>;

    /// Commits.
    async fn commit(self: Box<Self>) -> Result<(), StoreError>;
}

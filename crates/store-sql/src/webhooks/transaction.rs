//! Implements the transaction on one account's webhooks.

use async_trait::async_trait;
use outbound_model::{ChangeKind, DisabledReason, Timestamp, WebhookId};
use outbound_store::{
    AttemptOutcome, AuditEntry, Delivery, PendingDeliveries, StoreError, Webhook, WebhookTransaction,
};

use super::rows::{DeliveryRow, WebhookRow, words};
use super::statements as sql;
use crate::args::Arg;
use crate::catalogue;
use crate::rows::count;
use crate::transaction::SqlTransaction;

impl SqlTransaction {
    /// Reads and locks a webhook that must exist.
    async fn existing_webhook(&mut self, id: &WebhookId) -> Result<Webhook, StoreError> {
        let webhook = self.webhook(id).await?;
        webhook.ok_or_else(|| StoreError::Engine("the webhook does not exist".into()))
    }
}

/// The columns of a webhook without the creation time, which never changes.
fn row<'a>(webhook: &'a Webhook, kinds: &'a str) -> Vec<Arg<'a>> {
    let (old, until) = webhook.old_secret.as_ref().map(|(old, until)| (&**old, *until)).unzip();
    let (disabled_at, because) = webhook.disabled.unzip();
    vec![
        webhook.id.as_str().into(),
        webhook.url.as_str().into(),
        webhook.description.as_str().into(),
        kinds.into(),
        (&*webhook.sealed_secret).into(),
        old.into(),
        until.into(),
        disabled_at.into(),
        because.map(DisabledReason::as_str).into(),
        webhook.queued_through.into(),
        webhook.last_delivery.into(),
        webhook.last_success_at.into(),
    ]
}

#[async_trait]
impl WebhookTransaction for SqlTransaction {
    async fn add_webhook(&mut self, webhook: &Webhook, limit: u32) -> Result<bool, StoreError> {
        // Locks the audit counter, so that concurrent transactions count webhooks one after the other.
        self.allocate_audit_numbers(0).await?;
        if count(self.number(sql::WEBHOOK_COUNT, &[]).await?)? >= limit.into() {
            return Ok(false);
        }
        let kinds = words(&webhook.kinds);
        let mut row = row(webhook, &kinds);
        row.push(webhook.created_at.into());
        self.execute(sql::INSERT_WEBHOOK, &row).await?;
        Ok(true)
    }

    async fn last_change(&mut self) -> Result<i64, StoreError> {
        self.number(catalogue::statements::LAST_CHANGE, &[]).await
    }

    async fn webhook(&mut self, id: &WebhookId) -> Result<Option<Webhook>, StoreError> {
        let row: Option<WebhookRow> = self.optional(sql::LOCK_WEBHOOK, &[id.as_str().into()]).await?;
        row.map(Webhook::try_from).transpose()
    }

    async fn save_webhook(&mut self, webhook: &Webhook) -> Result<(), StoreError> {
        let kinds = words(&webhook.kinds);
        self.execute(sql::UPDATE_WEBHOOK, &row(webhook, &kinds)).await.map(drop)
    }

    async fn delete_webhook(&mut self, id: &WebhookId, at: Timestamp) -> Result<bool, StoreError> {
        let no_secret: &[u8] = &[];
        let args = [id.as_str().into(), at.into(), no_secret.into()];
        Ok(self.execute(sql::DELETE_WEBHOOK, &args).await? > 0)
    }

    async fn pending(&mut self, id: &WebhookId) -> Result<PendingDeliveries, StoreError> {
        let found = self.optional(sql::PENDING_DELIVERIES, &[id.as_str().into()]).await?;
        let (untried, all): (i64, i64) = found.unwrap_or_default();
        let number = |number| u32::try_from(number).unwrap_or(u32::MAX);
        Ok(PendingDeliveries { untried: number(untried), all: number(all) })
    }

    async fn queue_changes(
        &mut self,
        id: &WebhookId,
        through: i64,
        at: Timestamp,
    ) -> Result<u64, StoreError> {
        let webhook = self.existing_webhook(id).await?;
        let kinds = match &*webhook.kinds {
            [] => words(&ChangeKind::default_kinds().collect::<Vec<_>>()),
            named => words(named),
        };
        let range = [webhook.queued_through.into(), through.into(), (&*kinds).into()];
        let new_deliveries = [webhook.last_delivery.into(), at.into()];
        let args: Vec<_> = [id.as_str().into()].into_iter().chain(range).chain(new_deliveries).collect();
        let queued = self.execute(sql::QUEUE_CHANGES, &args).await?;
        let count = i64::try_from(queued).unwrap_or(i64::MAX);
        self.execute(sql::UPDATE_QUEUE_POSITION, &[id.as_str().into(), through.into(), count.into()]).await?;
        Ok(queued)
    }

    async fn queue_ping(&mut self, id: &WebhookId, at: Timestamp) -> Result<i64, StoreError> {
        let webhook = self.existing_webhook(id).await?;
        let number = webhook.last_delivery + 1;
        self.execute(sql::QUEUE_PING, &[id.as_str().into(), number.into(), at.into()]).await?;
        let through = webhook.queued_through;
        self.execute(sql::UPDATE_QUEUE_POSITION, &[id.as_str().into(), through.into(), 1.into()]).await?;
        Ok(number)
    }

    async fn settle(&mut self, id: &WebhookId, outcome: &AttemptOutcome) -> Result<bool, StoreError> {
        let AttemptOutcome { number, claimed_until, attempt, delivered, next_attempt_at } = outcome;
        let row = [
            id.as_str().into(),
            (*number).into(),
            (*claimed_until).into(),
            attempt.at.into(),
            attempt.status.map(i64::from).into(),
            attempt.error.as_deref().into(),
            delivered.then_some(attempt.at).into(),
            (*next_attempt_at).into(),
        ];
        Ok(self.execute(sql::SETTLE_DELIVERY, &row).await? > 0)
    }

    async fn resend(&mut self, id: &WebhookId, number: i64, at: Timestamp) -> Result<bool, StoreError> {
        let args = [id.as_str().into(), number.into(), at.into()];
        Ok(self.execute(sql::RESEND_DELIVERY, &args).await? > 0)
    }

    async fn delivery(&mut self, id: &WebhookId, number: i64) -> Result<Option<Delivery>, StoreError> {
        let args = [id.as_str().into(), number.into()];
        let row: Option<DeliveryRow> = self.optional(sql::DELIVERY, &args).await?;
        row.map(Delivery::try_from).transpose()
    }

    async fn audit(&mut self, entry: &AuditEntry) -> Result<(), StoreError> {
        self.add_audit(entry);
        Ok(())
    }

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        self.commit_with_audit().await.map(drop)
    }
}

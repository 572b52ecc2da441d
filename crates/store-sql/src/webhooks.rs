//! Webhooks and their deliveries: the rows, and the writes of one account.

use async_trait::async_trait;
use outbound_model::{ChangeKind, DisabledBecause, Timestamp, WebhookId};
use outbound_store::{
    Attempt, AuditEntry, Delivery, HandoffChange, Settled, StoreError, Webhook, WebhookTransaction,
};
use sqlx::FromRow;

use crate::handoff_rows::ChangeRow;
use crate::rows::{parsed, time};
use crate::statements;
use crate::transaction::SqlTransaction;

#[derive(FromRow)]
pub(crate) struct WebhookRow {
    webhook_id: String,
    url: String,
    description: String,
    kinds: String,
    sealed_secret: Vec<u8>,
    sealed_old_secret: Option<Vec<u8>>,
    old_secret_until: Option<i64>,
    created_at: i64,
    disabled_at: Option<i64>,
    disabled_because: Option<String>,
    queued_through: i64,
    last_delivery: i64,
    last_success_at: Option<i64>,
}

impl TryFrom<WebhookRow> for Webhook {
    type Error = StoreError;

    fn try_from(row: WebhookRow) -> Result<Self, StoreError> {
        let old_secret = row.sealed_old_secret.zip(row.old_secret_until);
        let disabled = row.disabled_at.zip(row.disabled_because);
        Ok(Self {
            id: parsed(&row.webhook_id)?,
            url: row.url,
            description: row.description,
            kinds: row.kinds.split_ascii_whitespace().map(parsed).collect::<Result<_, _>>()?,
            sealed_secret: row.sealed_secret,
            old_secret: old_secret.map(|(secret, until)| Ok((secret, time(until)?))).transpose()?,
            created_at: time(row.created_at)?,
            disabled: disabled.map(|(at, because)| Ok((time(at)?, parsed(&because)?))).transpose()?,
            queued_through: row.queued_through,
            last_delivery: row.last_delivery,
            last_success_at: row.last_success_at.map(time).transpose()?,
        })
    }
}

/// A delivery; the change's columns are absent together, for a ping.
#[derive(FromRow)]
pub(crate) struct DeliveryRow {
    number: i64,
    created_at: i64,
    attempts: i64,
    attempted_at: Option<i64>,
    status: Option<i64>,
    error: Option<String>,
    delivered_at: Option<i64>,
    next_attempt_at: Option<i64>,
    sequence: Option<i64>,
    at: Option<i64>,
    actor: Option<String>,
    kind: Option<String>,
    handoff_id: Option<String>,
    version: Option<i64>,
}

impl DeliveryRow {
    fn change(&mut self) -> Option<ChangeRow> {
        Some(ChangeRow {
            sequence: self.sequence?,
            at: self.at?,
            actor: self.actor.take()?,
            kind: self.kind.take()?,
            handoff_id: self.handoff_id.take()?,
            version: self.version?,
        })
    }
}

impl TryFrom<DeliveryRow> for Delivery {
    type Error = StoreError;

    fn try_from(mut row: DeliveryRow) -> Result<Self, StoreError> {
        let corrupt = |what: &str| StoreError::Corrupt(format!("the {what} of delivery {}", row.number));
        let status = row.status.map(|status| u16::try_from(status).map_err(|_| corrupt("status")));
        let attempts = u32::try_from(row.attempts).map_err(|_| corrupt("attempts"))?;
        let (status, error) = (status.transpose()?, row.error.take());
        let attempt = |at| Ok::<_, StoreError>(Attempt { at: time(at)?, status, error });
        Ok(Self {
            number: row.number,
            change: row.change().map(HandoffChange::try_from).transpose()?,
            created_at: time(row.created_at)?,
            delivered_at: row.delivered_at.map(time).transpose()?,
            attempts,
            last_attempt: row.attempted_at.map(attempt).transpose()?,
            next_attempt_at: row.next_attempt_at.map(time).transpose()?,
        })
    }
}

/// With a blank before and behind each.
fn words(kinds: &[ChangeKind]) -> String {
    if kinds.is_empty() {
        return String::new();
    }
    kinds.iter().fold(" ".to_owned(), |words, kind| words + kind.as_str() + " ")
}

impl SqlTransaction {
    async fn known_webhook(&mut self, id: &WebhookId) -> Result<Webhook, StoreError> {
        let row: Option<WebhookRow> = self.optional(statements::WEBHOOK, &[id.as_str().into()]).await?;
        row.ok_or_else(|| StoreError::Engine("no such webhook".into()))?.try_into()
    }

    async fn counted(&mut self, sql: statements::TenantSql, id: &WebhookId) -> Result<i64, StoreError> {
        let count: Option<(i64,)> = self.optional(sql, &[id.as_str().into()]).await?;
        Ok(count.map_or(0, |(count,)| count))
    }
}

#[async_trait]
impl WebhookTransaction for SqlTransaction {
    async fn webhook_count(&mut self) -> Result<u64, StoreError> {
        let count: Option<(i64,)> = self.optional(statements::WEBHOOK_COUNT, &[]).await?;
        Ok(count.and_then(|(count,)| u64::try_from(count).ok()).unwrap_or(0))
    }

    async fn last_change(&mut self) -> Result<i64, StoreError> {
        let last: Option<(i64,)> = self.optional(statements::LAST_CHANGE, &[]).await?;
        Ok(last.map_or(0, |(last,)| last))
    }

    async fn webhook(&mut self, id: &WebhookId) -> Result<Option<Webhook>, StoreError> {
        let row: Option<WebhookRow> = self.optional(statements::WEBHOOK, &[id.as_str().into()]).await?;
        row.map(Webhook::try_from).transpose()
    }

    async fn save_webhook(&mut self, webhook: &Webhook) -> Result<(), StoreError> {
        let kinds = words(&webhook.kinds);
        let (old, until) = webhook.old_secret.as_ref().map(|(old, until)| (&**old, *until)).unzip();
        let (disabled_at, because) = webhook.disabled.unzip();
        let row = [
            webhook.id.as_str().into(),
            webhook.url.as_str().into(),
            webhook.description.as_str().into(),
            (&*kinds).into(),
            (&*webhook.sealed_secret).into(),
            old.into(),
            until.into(),
            webhook.created_at.into(),
            disabled_at.into(),
            because.map(DisabledBecause::as_str).into(),
            webhook.queued_through.into(),
            webhook.last_delivery.into(),
            webhook.last_success_at.into(),
        ];
        self.execute(statements::SAVE_WEBHOOK, &row).await.map(drop)
    }

    async fn delete_webhook(&mut self, id: &WebhookId) -> Result<bool, StoreError> {
        self.execute(statements::DELETE_DELIVERIES, &[id.as_str().into()]).await?;
        Ok(self.execute(statements::DELETE_WEBHOOK, &[id.as_str().into()]).await? > 0)
    }

    async fn pending(&mut self, id: &WebhookId) -> Result<u32, StoreError> {
        let pending = self.counted(statements::PENDING_DELIVERIES, id).await?;
        Ok(u32::try_from(pending).unwrap_or(u32::MAX))
    }

    async fn queue_changes(
        &mut self,
        id: &WebhookId,
        through: i64,
        at: Timestamp,
    ) -> Result<u64, StoreError> {
        let webhook = self.known_webhook(id).await?;
        let kinds = words(&webhook.kinds);
        let range = [webhook.queued_through.into(), through.into(), (&*kinds).into()];
        let made = [webhook.last_delivery.into(), at.into()];
        let args: Vec<_> = [id.as_str().into()].into_iter().chain(range).chain(made).collect();
        let queued = self.execute(statements::QUEUE_CHANGES, &args).await?;
        let count = i64::try_from(queued).unwrap_or(i64::MAX);
        self.execute(statements::QUEUED, &[id.as_str().into(), through.into(), count.into()]).await?;
        Ok(queued)
    }

    async fn queue_ping(&mut self, id: &WebhookId, at: Timestamp) -> Result<i64, StoreError> {
        let webhook = self.known_webhook(id).await?;
        let number = webhook.last_delivery + 1;
        self.execute(statements::QUEUE_PING, &[id.as_str().into(), number.into(), at.into()]).await?;
        let through = webhook.queued_through;
        self.execute(statements::QUEUED, &[id.as_str().into(), through.into(), 1.into()]).await?;
        Ok(number)
    }

    async fn claim(
        &mut self,
        id: &WebhookId,
        now: Timestamp,
        until: Timestamp,
        most: u32,
    ) -> Result<Vec<Delivery>, StoreError> {
        let due = [id.as_str().into(), now.into(), i64::from(most).into()];
        let rows: Vec<DeliveryRow> = self.all(statements::DUE_DELIVERIES, &due).await?;
        let mut claimed = Vec::new();
        for row in rows {
            let claim = [id.as_str().into(), row.number.into(), until.into()];
            self.execute(statements::CLAIM_DELIVERY, &claim).await?;
            let due = Delivery::try_from(row)?;
            let attempts = due.attempts.saturating_add(1);
            claimed.push(Delivery { attempts, next_attempt_at: Some(until), ..due });
        }
        Ok(claimed)
    }

    async fn settle(&mut self, id: &WebhookId, settled: &Settled) -> Result<bool, StoreError> {
        let Settled { number, claimed_until, attempt, delivered, next_attempt_at } = settled;
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
        Ok(self.execute(statements::SETTLE_DELIVERY, &row).await? > 0)
    }

    async fn resend(&mut self, id: &WebhookId, number: i64, at: Timestamp) -> Result<bool, StoreError> {
        let args = [id.as_str().into(), number.into(), at.into()];
        Ok(self.execute(statements::RESEND_DELIVERY, &args).await? > 0)
    }

    async fn audit(&mut self, entry: &AuditEntry) -> Result<(), StoreError> {
        self.add_audit(entry);
        Ok(())
    }

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        self.make_durable().await.map(drop)
    }
}

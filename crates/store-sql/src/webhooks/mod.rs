//! Webhooks and their deliveries.

mod reader;
mod rows;
pub(crate) mod statements;
mod transaction;

use std::collections::BTreeSet;

use async_trait::async_trait;
use outbound_model::{AccountId, ChangeKind, JobTask, Timestamp, WebhookId};
use outbound_store::{Delivery, DeliveryAttempt, StoreError, WebhookReader, WebhookTransaction, Webhooks};
use rows::DeliveryRow;
use statements as sql;

use crate::SqlStore;
use crate::rows::parse_stored;
use crate::transaction::SqlTransaction;

impl SqlTransaction {
    /// Enqueues the delivery job of each enabled webhook, due at `due_at`.
    pub(crate) async fn enqueue_deliveries(&mut self, due_at: Timestamp) -> Result<(), StoreError> {
        let args = [JobTask::DELIVER_WEBHOOK.into(), due_at.into()];
        if self.execute(sql::ENQUEUE_DELIVERIES, &args).await? > 0 {
            self.advance_queue().await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Webhooks for SqlStore {
    fn read_webhooks(&self, account: &AccountId) -> Box<dyn WebhookReader> {
        Box::new(self.reader(account))
    }

    async fn write_webhooks(&self, account: &AccountId) -> Result<Box<dyn WebhookTransaction>, StoreError> {
        Ok(Box::new(SqlTransaction::begin_existing(&self.pools, account).await?))
    }

    async fn claim_deliveries(
        &self,
        account: &AccountId,
        id: &WebhookId,
        (now, until): (Timestamp, Timestamp),
        limit: u32,
    ) -> Result<Vec<Delivery>, StoreError> {
        let mut transaction = SqlTransaction::begin(&self.pools, account).await?;
        let claim = [id.as_str().into(), now.into(), until.into(), i64::from(limit).into()];
        let claim_deliveries = sql::CLAIM_DELIVERIES.for_engine(transaction.is_postgres());
        let claimed: Vec<(i64,)> = transaction.all(claim_deliveries, &claim).await?;
        let numbers = claimed.iter().map(|(number,)| *number);
        let (Some(lowest), Some(highest)) = (numbers.clone().min(), numbers.max()) else {
            return Ok(Vec::new());
        };
        let read = [id.as_str().into(), until.into(), lowest.into(), highest.into()];
        let rows: Vec<DeliveryRow> = transaction.all(sql::CLAIMED_DELIVERIES, &read).await?;
        // Another claim may expire at the same time.
        let ours = rows.into_iter().filter(|row| claimed.contains(&(row.number,)));
        let deliveries = ours.map(Delivery::try_from).collect::<Result<Vec<_>, _>>()?;
        transaction.commit_with_audit().await?;
        Ok(deliveries)
    }

    async fn prune_deliveries(
        &self,
        account: &AccountId,
        until: Timestamp,
        limit: u32,
    ) -> Result<u64, StoreError> {
        self.pools.execute_in(account, sql::PRUNE_DELIVERIES, &[until.into(), i64::from(limit).into()]).await
    }

    async fn purge_webhook(
        &self,
        account: &AccountId,
        id: &WebhookId,
        limit: u32,
    ) -> Result<bool, StoreError> {
        let mut transaction = SqlTransaction::begin(&self.pools, account).await?;
        let id = id.as_str();
        let purged =
            transaction.execute(sql::PURGE_DELIVERIES, &[id.into(), i64::from(limit).into()]).await?;
        let is_last = purged < u64::from(limit);
        if is_last {
            transaction.execute(sql::PURGE_WEBHOOK, &[id.into()]).await?;
        }
        transaction.commit_with_audit().await?;
        Ok(is_last)
    }

    async fn record_unsent(
        &self,
        account: &AccountId,
        id: &WebhookId,
        attempt: &DeliveryAttempt,
    ) -> Result<(), StoreError> {
        let DeliveryAttempt { at, status, error } = attempt;
        let status = status.map(i64::from);
        let args = [id.as_str().into(), (*at).into(), status.into(), error.as_deref().into()];
        self.pools.execute_in(account, sql::RECORD_UNSENT, &args).await.map(drop)
    }

    async fn enqueue_deliveries(&self, account: &AccountId, due_at: Timestamp) -> Result<(), StoreError> {
        let mut transaction = SqlTransaction::begin(&self.pools, account).await?;
        transaction.enqueue_deliveries(due_at).await?;
        transaction.commit_with_audit().await.map(drop)
    }

    async fn subscribed_kinds(&self, account: &AccountId) -> Result<Vec<ChangeKind>, StoreError> {
        let rows: Vec<(String,)> = self.reader(account).all(sql::SUBSCRIBED_KINDS, &[]).await?;
        let words = rows.iter().flat_map(|(kinds,)| kinds.split_ascii_whitespace());
        let kinds = words.map(parse_stored).collect::<Result<BTreeSet<_>, _>>()?;
        Ok(kinds.into_iter().collect())
    }
}

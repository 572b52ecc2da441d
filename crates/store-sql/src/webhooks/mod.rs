//! Webhooks and their deliveries.

mod reader;
mod rows;
pub(crate) mod statements;
mod transaction;

use async_trait::async_trait;
use outbound_model::{AccountId, JobTask, Timestamp, WebhookId};
use outbound_store::{Delivery, StoreError, WebhookReader, WebhookTransaction, Webhooks};
use rows::DeliveryRow;
use statements as sql;

use crate::SqlStore;
use crate::transaction::SqlTransaction;

impl SqlTransaction {
    /// Enqueues, due at `due_at`, the delivery job of each webhook that is enabled.
    pub(crate) async fn enqueue_deliveries(&mut self, due_at: Timestamp) -> Result<(), StoreError> {
        let args = [JobTask::DELIVER_WEBHOOK.into(), due_at.into()];
        if self.execute(sql::ENQUEUE_DELIVERIES, &args).await? > 0 {
            self.lower_queue().await?;
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
        Ok(Box::new(SqlTransaction::begin_known(&self.pools, account).await?))
    }

    async fn claim_deliveries(
        &self,
        account: &AccountId,
        id: &WebhookId,
        (now, until): (Timestamp, Timestamp),
        most: u32,
    ) -> Result<Vec<Delivery>, StoreError> {
        let mut transaction = SqlTransaction::begin(&self.pools, account).await?;
        let claim = [id.as_str().into(), now.into(), until.into(), i64::from(most).into()];
        let claim_deliveries = sql::CLAIM_DELIVERIES.of(transaction.is_postgres());
        let claimed: Vec<(i64,)> = transaction.all(claim_deliveries, &claim).await?;
        let numbers = claimed.iter().map(|(number,)| *number);
        let (Some(lowest), Some(highest)) = (numbers.clone().min(), numbers.max()) else {
            return Ok(Vec::new());
        };
        let read = [id.as_str().into(), until.into(), lowest.into(), highest.into()];
        let rows: Vec<DeliveryRow> = transaction.all(sql::CLAIMED_DELIVERIES, &read).await?;
        // Another claim may end at the same time.
        let ours = rows.into_iter().filter(|row| claimed.contains(&(row.number,)));
        let deliveries = ours.map(Delivery::try_from).collect::<Result<Vec<_>, _>>()?;
        transaction.make_durable().await?;
        Ok(deliveries)
    }

    async fn forget_deliveries(&self, until: Timestamp, most: u32) -> Result<u64, StoreError> {
        self.execute(
            sql::FORGET_DELIVERIES.of(self.pools.is_postgres()),
            &[until.into(), i64::from(most).into()],
        )
        .await
    }
}

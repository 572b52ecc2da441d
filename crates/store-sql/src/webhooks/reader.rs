//! Reads one account's webhooks and deliveries.

use async_trait::async_trait;
use outbound_model::{Timestamp, WebhookId};
use outbound_store::{Delivery, StoreError, Webhook, WebhookReader};

use super::rows::{DeliveryRow, WebhookRow};
use super::statements as sql;
use crate::reader::SqlReader;
use crate::rows::time;

#[async_trait]
impl WebhookReader for SqlReader {
    async fn webhooks(&self) -> Result<Vec<Webhook>, StoreError> {
        let rows: Vec<WebhookRow> = self.all(sql::ALL_WEBHOOKS, &[]).await?;
        rows.into_iter().map(Webhook::try_from).collect()
    }

    async fn webhook(&self, id: &WebhookId) -> Result<Option<Webhook>, StoreError> {
        let rows: Vec<WebhookRow> = self.all(sql::WEBHOOK, &[id.as_str().into()]).await?;
        rows.into_iter().next().map(Webhook::try_from).transpose()
    }

    async fn deliveries(&self, id: &WebhookId, before: i64, count: u32) -> Result<Vec<Delivery>, StoreError> {
        let args = [id.as_str().into(), before.into(), i64::from(count).into()];
        let rows: Vec<DeliveryRow> = self.all(sql::DELIVERIES, &args).await?;
        rows.into_iter().map(Delivery::try_from).collect()
    }

    async fn delivery(&self, id: &WebhookId, number: i64) -> Result<Option<Delivery>, StoreError> {
        let args = [id.as_str().into(), number.into()];
        let rows: Vec<DeliveryRow> = self.all(sql::DELIVERY, &args).await?;
        rows.into_iter().next().map(Delivery::try_from).transpose()
    }

    async fn next_attempt(&self, id: &WebhookId) -> Result<Option<Timestamp>, StoreError> {
        let next: Option<(i64,)> = self.optional(sql::NEXT_DELIVERY, &[id.as_str().into()]).await?;
        next.map(|(at,)| time(at)).transpose()
    }
}

//! Lists deliveries, resends them, and sends test messages.

use outbound_model::{JobTask, WebhookId};
use outbound_store::{Delivery, Webhook};

use super::read_webhook;
use crate::{App, AppError, Grant, ManageCredentials};

/// How many days completed deliveries are kept. Until then they can be listed and resent.
pub const DELIVERY_DAYS: i64 = 30;

impl App {
    /// Up to `count` deliveries of a webhook, newest first; with `before`, only those with lower numbers.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn webhook_deliveries(
        &self,
        grant: &Grant<ManageCredentials>,
        id: &WebhookId,
        before: Option<i64>,
        count: u32,
    ) -> Result<Vec<Delivery>, AppError> {
        self.webhook(grant, id).await?;
        Ok(self
            .store
            .read_webhooks(grant.account())
            .deliveries(id, before.unwrap_or(i64::MAX), count)
            .await?)
    }

    /// One delivery of a webhook.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn webhook_delivery(
        &self,
        grant: &Grant<ManageCredentials>,
        id: &WebhookId,
        number: i64,
    ) -> Result<Delivery, AppError> {
        self.webhook(grant, id).await?;
        let delivery = self.store.read_webhooks(grant.account()).delivery(id, number).await?;
        delivery.ok_or_else(|| AppError::UnknownDelivery { webhook: id.clone(), number })
    }

    /// Queues a test message (`webhook.ping`), which is sent once. Returns its delivery before the attempt.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn ping_webhook(
        &self,
        grant: &Grant<ManageCredentials>,
        id: &WebhookId,
    ) -> Result<Delivery, AppError> {
        let mut transaction = self.store.write_webhooks(grant.account()).await?;
        require_enabled(&read_webhook(&mut *transaction, id).await?)?;
        let now = self.clock.now();
        let number = transaction.queue_ping(id, now).await?;
        transaction.enqueue(&JobTask::DeliverWebhook(id.clone()), now, now).await?;
        let delivery = transaction.delivery(id, number).await?;
        let delivery = delivery.ok_or_else(|| AppError::UnknownDelivery { webhook: id.clone(), number })?;
        transaction.commit().await?;
        self.job_work.notify_one();
        Ok(delivery)
    }

    /// Queues a completed delivery again, with all retries, whether it succeeded or failed.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn resend_delivery(
        &self,
        grant: &Grant<ManageCredentials>,
        id: &WebhookId,
        number: i64,
    ) -> Result<Delivery, AppError> {
        let mut transaction = self.store.write_webhooks(grant.account()).await?;
        require_enabled(&read_webhook(&mut *transaction, id).await?)?;
        let now = self.clock.now();
        if !transaction.resend(id, number, now).await? {
            return Err(AppError::UnknownDelivery { webhook: id.clone(), number });
        }
        transaction.enqueue(&JobTask::DeliverWebhook(id.clone()), now, now).await?;
        let delivery = transaction.delivery(id, number).await?;
        let delivery = delivery.ok_or_else(|| AppError::UnknownDelivery { webhook: id.clone(), number })?;
        transaction.commit().await?;
        self.job_work.notify_one();
        Ok(delivery)
    }
}

fn require_enabled(webhook: &Webhook) -> Result<(), AppError> {
    match webhook.disabled {
        Some(_) => Err(AppError::WebhookDisabled(webhook.id.clone())),
        None => Ok(()),
    }
}

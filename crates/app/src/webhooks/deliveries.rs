//! What webhooks were told: listed, sent again, tried out.

use outbound_model::{JobTask, WebhookId};
use outbound_store::{Delivery, Webhook};

use super::stored;
use crate::{App, AppError, Grant, ManageCredentials};

/// For so many days a delivery that is over can be seen and sent again.
pub const DELIVERY_DAYS: i64 = 30;

impl App {
    /// Up to `count` deliveries of a webhook with numbers below `before` (all, without it), the newest
    /// first.
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

    /// A delivery of a webhook.
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

    /// Has a server send a message that tells nothing, once; answers its delivery, not yet tried.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn ping_webhook(
        &self,
        grant: &Grant<ManageCredentials>,
        id: &WebhookId,
    ) -> Result<Delivery, AppError> {
        let mut transaction = self.store.write_webhooks(grant.account()).await?;
        enabled(&stored(&mut *transaction, id).await?)?;
        let now = self.clock.now();
        let number = transaction.queue_ping(id, now).await?;
        transaction.enqueue(&JobTask::DeliverWebhook(id.clone()), now).await?;
        transaction.commit().await?;
        self.job_work.notify_one();
        self.webhook_delivery(grant, id, number).await
    }

    /// Has a server send a delivery once more, with all its tries, whether it succeeded or failed.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn resend_delivery(
        &self,
        grant: &Grant<ManageCredentials>,
        id: &WebhookId,
        number: i64,
    ) -> Result<Delivery, AppError> {
        let mut transaction = self.store.write_webhooks(grant.account()).await?;
        enabled(&stored(&mut *transaction, id).await?)?;
        let now = self.clock.now();
        if !transaction.resend(id, number, now).await? {
            return Err(AppError::UnknownDelivery { webhook: id.clone(), number });
        }
        transaction.enqueue(&JobTask::DeliverWebhook(id.clone()), now).await?;
        transaction.commit().await?;
        self.job_work.notify_one();
        self.webhook_delivery(grant, id, number).await
    }
}

fn enabled(webhook: &Webhook) -> Result<(), AppError> {
    match webhook.disabled {
        Some(_) => Err(AppError::WebhookDisabled(webhook.id.clone())),
        None => Ok(()),
    }
}

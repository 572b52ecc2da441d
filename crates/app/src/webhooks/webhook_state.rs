//! Switches webhooks off and on, and gives them other secrets.

use outbound_auth::{Secret, WebhookSecret};
use outbound_model::{AccountId, AuditAction, DisabledBecause, JobTask, Timestamp, WebhookId};
use outbound_store::Webhook;
use serde_json::json;

use super::stored;
use crate::{App, AppError, Grant, ManageCredentials};

/// For so long after a new secret the one before signs as well: a day.
pub const OLD_SECRET_SECONDS: i64 = 24 * 60 * 60;

impl App {
    /// Sends a webhook nothing more, until it is enabled. One that is disabled stays as it is.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn disable_webhook(
        &self,
        grant: &Grant<ManageCredentials>,
        id: &WebhookId,
    ) -> Result<Webhook, AppError> {
        let disabled = Some((self.clock.now(), DisabledBecause::Asked));
        self.switch_webhook(grant, id, disabled, AuditAction::WebhookDisabled).await
    }

    /// Goes on where the webhook was disabled: it is told of everything that happened meanwhile. One
    /// that is enabled stays as it is.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn enable_webhook(
        &self,
        grant: &Grant<ManageCredentials>,
        id: &WebhookId,
    ) -> Result<Webhook, AppError> {
        self.switch_webhook(grant, id, None, AuditAction::WebhookEnabled).await
    }

    async fn switch_webhook(
        &self,
        grant: &Grant<ManageCredentials>,
        id: &WebhookId,
        disabled: Option<(Timestamp, DisabledBecause)>,
        action: AuditAction,
    ) -> Result<Webhook, AppError> {
        let mut transaction = self.store.write_webhooks(grant.account()).await?;
        let webhook = stored(&mut *transaction, id).await?;
        if webhook.disabled.is_some() == disabled.is_some() {
            return Ok(webhook);
        }
        let webhook = Webhook { disabled, ..webhook };
        transaction.save_webhook(&webhook).await?;
        if webhook.disabled.is_none() {
            transaction.enqueue(&JobTask::DeliverWebhook(id.clone()), self.clock.now()).await?;
        }
        transaction.audit(&self.audit_entry(grant, action, id, &json!({ "url": webhook.url }))).await?;
        transaction.commit().await?;
        if webhook.disabled.is_some() {
            self.webhook_sender.disconnect(grant.account(), id);
        }
        self.job_work.notify_one();
        Ok(webhook)
    }

    /// Gives a webhook another secret, which is shown this once; for a day the one before signs as well.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn rotate_webhook_secret(
        &self,
        grant: &Grant<ManageCredentials>,
        id: &WebhookId,
    ) -> Result<(Webhook, Secret), AppError> {
        let secret = WebhookSecret::random(&*self.generator);
        let sealed_secret = self.sealed_webhook_secret(grant.account(), id, &secret)?;
        let mut transaction = self.store.write_webhooks(grant.account()).await?;
        let webhook = stored(&mut *transaction, id).await?;
        let until = self.clock.now().plus_seconds(OLD_SECRET_SECONDS);
        let old_secret = Some((webhook.sealed_secret, until));
        let webhook = Webhook { sealed_secret, old_secret, ..webhook };
        transaction.save_webhook(&webhook).await?;
        let entry = self.audit_entry(grant, AuditAction::WebhookSecretRotated, id, &json!({}));
        transaction.audit(&entry).await?;
        transaction.commit().await?;
        Ok((webhook, secret.text()))
    }

    /// The secrets that sign now: the webhook's own, and until it ends the one before.
    pub(super) fn signing_secrets(
        &self,
        account: &AccountId,
        webhook: &Webhook,
    ) -> Result<SigningSecrets, AppError> {
        let open = |sealed| self.opened_webhook_secret(account, &webhook.id, sealed);
        let own = open(&webhook.sealed_secret)?;
        let old = match &webhook.old_secret {
            Some((sealed, until)) if self.clock.now() < *until => Some((open(sealed)?, *until)),
            _ => None,
        };
        Ok(SigningSecrets { own, old })
    }
}

/// What signs the messages of a webhook.
pub(super) struct SigningSecrets {
    own: WebhookSecret,
    /// With the time at which it ends.
    old: Option<(WebhookSecret, Timestamp)>,
}

impl SigningSecrets {
    /// The `webhook-signature` of a message: by each secret that is good at `at`, separated by spaces.
    pub(super) fn sign(&self, id: &str, at: Timestamp, body: &str) -> String {
        let old = self.old.iter().filter(|(_, until)| at < *until).map(|(secret, _)| secret);
        let secrets = std::iter::once(&self.own).chain(old);
        secrets.map(|secret| secret.sign(id, at.seconds(), body)).collect::<Vec<_>>().join(" ")
    }
}

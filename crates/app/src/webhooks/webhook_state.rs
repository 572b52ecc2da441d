//! Enables and disables webhooks, and rotates their secrets.

use outbound_auth::{Secret, WebhookSecret};
use outbound_model::{AccountId, AuditAction, DisabledReason, JobTask, Timestamp, WebhookId};
use outbound_store::{AuditEntry, Webhook};
use serde_json::json;

use super::read_webhook;
use crate::credentials::SYSTEM_ACTOR;
use crate::{App, AppError, Grant, ManageCredentials};

/// How long messages are also signed with the old secret after a rotation: one day.
pub const OLD_SECRET_SECONDS: i64 = 24 * 60 * 60;

impl App {
    /// Stops sending to a webhook until it is enabled again. Does nothing if it is already disabled.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn disable_webhook(
        &self,
        grant: &Grant<ManageCredentials>,
        id: &WebhookId,
    ) -> Result<Webhook, AppError> {
        let disabled = Some((self.clock.now(), DisabledReason::Asked));
        self.set_webhook_disabled(grant, id, disabled, AuditAction::WebhookDisabled).await
    }

    /// Resumes sending to a webhook, including the changes made while it was disabled. Does nothing if it is already
    /// enabled.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn enable_webhook(
        &self,
        grant: &Grant<ManageCredentials>,
        id: &WebhookId,
    ) -> Result<Webhook, AppError> {
        self.set_webhook_disabled(grant, id, None, AuditAction::WebhookEnabled).await
    }

    async fn set_webhook_disabled(
        &self,
        grant: &Grant<ManageCredentials>,
        id: &WebhookId,
        disabled: Option<(Timestamp, DisabledReason)>,
        action: AuditAction,
    ) -> Result<Webhook, AppError> {
        let mut transaction = self.store.write_webhooks(grant.account()).await?;
        let webhook = read_webhook(&mut *transaction, id).await?;
        if webhook.disabled.is_some() == disabled.is_some() {
            return Ok(webhook);
        }
        let webhook = Webhook { disabled, ..webhook };
        transaction.save_webhook(&webhook).await?;
        if webhook.disabled.is_none() {
            let now = self.clock.now();
            transaction.enqueue(&JobTask::DeliverWebhook(id.clone()), now, now).await?;
        }
        transaction.audit(&self.audit_entry(grant, action, id, &json!({ "url": webhook.url }))).await?;
        transaction.commit().await?;
        self.campaign_accounts.invalidate(grant.account());
        if webhook.disabled.is_some() {
            self.webhook_sender.disconnect(grant.account(), id);
        }
        self.job_work.notify_one();
        Ok(webhook)
    }

    /// Replaces the secret of a webhook. The new one is shown only this once. For a day, messages are also signed
    /// with the old one.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn rotate_webhook_secret(
        &self,
        grant: &Grant<ManageCredentials>,
        id: &WebhookId,
    ) -> Result<(Webhook, Secret), AppError> {
        let secret = WebhookSecret::random(&*self.generator);
        let sealed_secret = self.seal_webhook_secret(grant.account(), id, &secret)?;
        let mut transaction = self.store.write_webhooks(grant.account()).await?;
        let webhook = read_webhook(&mut *transaction, id).await?;
        let until = self.clock.now().plus_seconds(OLD_SECRET_SECONDS);
        let old_secret = Some((webhook.sealed_secret, until));
        let webhook = Webhook { sealed_secret, old_secret, ..webhook };
        transaction.save_webhook(&webhook).await?;
        let entry = self.audit_entry(grant, AuditAction::WebhookSecretRotated, id, &json!({}));
        transaction.audit(&entry).await?;
        transaction.commit().await?;
        Ok((webhook, secret.text()))
    }

    /// The secrets to sign with: the current one, and the old one until it expires.
    pub(super) fn signing_secrets(
        &self,
        account: &AccountId,
        webhook: &Webhook,
    ) -> Result<SigningSecrets, AppError> {
        let open = |sealed| self.open_webhook_secret(account, &webhook.id, sealed);
        let current = open(&webhook.sealed_secret)?;
        let old = match &webhook.old_secret {
            Some((sealed, until)) if self.clock.now() < *until => Some((open(sealed)?, *until)),
            _ => None,
        };
        Ok(SigningSecrets { current, old })
    }
}

/// The secrets that sign the messages of a webhook.
pub(super) struct SigningSecrets {
    current: WebhookSecret,
    /// The old secret and its expiry.
    old: Option<(WebhookSecret, Timestamp)>,
}

impl SigningSecrets {
    /// The `webhook-signature` of a message: one signature per secret that is valid at `at`, separated by spaces.
    pub(super) fn sign(&self, id: &str, at: Timestamp, body: &str) -> String {
        let old = self.old.iter().filter(|(_, until)| at < *until).map(|(secret, _)| secret);
        let secrets = std::iter::once(&self.current).chain(old);
        secrets.map(|secret| secret.sign(id, at.seconds(), body)).collect::<Vec<_>>().join(" ")
    }
}

/// The audit entry of a webhook that was disabled automatically.
pub(super) fn disabled_entry(id: &WebhookId, at: Timestamp, details: String) -> AuditEntry {
    AuditEntry {
        at,
        actor: SYSTEM_ACTOR.to_owned(),
        action: AuditAction::WebhookDisabled,
        subject: id.to_string(),
        address: None,
        details,
    }
}

//! Webhooks: URLs that receive a request for each change. This file creates, lists and deletes them;
//! `webhook_state` enables and disables them, `deliveries` lists deliveries, `job` and `send` send them.

mod attempts;
mod deliveries;
mod job;
mod message;
mod send;
mod sender;
mod url;
mod webhook_state;

use outbound_auth::{Secret, WebhookSecret};
use outbound_model::{AccountId, AuditAction, ChangeKind, JobTask, WebhookId, random_uuid};
use outbound_store::{Webhook, WebhookTransaction};
use serde_json::json;

use crate::{App, AppError, Grant, ManageCredentials};

pub use attempts::AttemptCounts;
pub use deliveries::DELIVERY_DAYS;
pub use sender::{NoWebhooks, SendError, WebhookRequest, WebhookSender};
pub use url::WebhookUrl;
pub use webhook_state::OLD_SECRET_SECONDS;

/// Maximum webhooks of an account. Each one gets its own delivery of every change.
pub const MAX_WEBHOOKS: u32 = 20;
/// Maximum length of a description, in characters.
const MAX_DESCRIPTION_LENGTH: usize = 200;

/// A webhook to create.
#[derive(Clone, Debug, Default)]
pub struct NewWebhook {
    /// The URL.
    pub url: String,
    /// The kinds of change that it receives; empty for all.
    pub kinds: Vec<ChangeKind>,
    /// A description for people.
    pub description: String,
}

impl App {
    /// Creates a webhook that receives all changes from now on. Returns it with its secret, which is shown only
    /// this once.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn create_webhook(
        &self,
        grant: &Grant<ManageCredentials>,
        new: NewWebhook,
    ) -> Result<(Webhook, Secret), AppError> {
        let url: WebhookUrl = new.url.parse()?;
        let description = validate_description(new.description)?;
        let checked = self.webhook_sender.check(grant.account(), &url).await;
        checked.map_err(|error| AppError::invalid(error.to_string()))?;
        let secret = WebhookSecret::random(&*self.generator);
        let id: WebhookId = random_uuid(&*self.generator).to_string().parse()?;
        let mut kinds = new.kinds;
        kinds.sort_unstable();
        kinds.dedup();
        let mut transaction = self.store.write_webhooks(grant.account()).await?;
        let now = self.clock.now();
        let webhook = Webhook {
            sealed_secret: self.seal_webhook_secret(grant.account(), &id, &secret)?,
            id,
            url: url.to_string(),
            description,
            kinds,
            old_secret: None,
            created_at: now,
            disabled: None,
            queued_through: transaction.last_change().await?,
            last_delivery: 0,
            last_success_at: None,
        };
        // Keep the order of row locks: the existing job, the new job, then the audit log.
        transaction.enqueue(&JobTask::MaintainAccount, now, now).await?;
        let deliveries = JobTask::DeliverWebhook(webhook.id.clone());
        transaction.enqueue(&deliveries, now, now).await?;
        if !transaction.add_webhook(&webhook, MAX_WEBHOOKS).await? {
            return Err(AppError::TooManyWebhooks);
        }
        let details = json!({ "url": webhook.url, "kinds": webhook.kinds });
        let entry = self.audit_entry(grant, AuditAction::WebhookCreated, &webhook.id, &details);
        transaction.audit(&entry).await?;
        transaction.commit().await?;
        self.campaign_accounts.invalidate(grant.account());
        tracing::info!(account = %grant.account(), webhook = %webhook.id, by = grant.principal(), "created a webhook");
        Ok((webhook, secret.text()))
    }

    /// All webhooks of the account, oldest first.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn webhooks(&self, grant: &Grant<ManageCredentials>) -> Result<Vec<Webhook>, AppError> {
        let reader = self.store.read_webhooks(grant.account());
        let webhooks = reader.webhooks().await?;
        if webhooks.is_empty() {
            self.require_account(grant.account()).await?;
        }
        Ok(webhooks)
    }

    /// One webhook of the account.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn webhook(
        &self,
        grant: &Grant<ManageCredentials>,
        id: &WebhookId,
    ) -> Result<Webhook, AppError> {
        let webhook = self.store.read_webhooks(grant.account()).webhook(id).await?;
        webhook.ok_or_else(|| AppError::UnknownWebhook(id.clone()))
    }

    /// Deletes a webhook, so that nothing more is sent to it. A job deletes its deliveries, which may be many.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn delete_webhook(
        &self,
        grant: &Grant<ManageCredentials>,
        id: &WebhookId,
    ) -> Result<(), AppError> {
        let mut transaction = self.store.write_webhooks(grant.account()).await?;
        let webhook = read_webhook(&mut *transaction, id).await?;
        let now = self.clock.now();
        transaction.delete_webhook(id, now).await?;
        transaction.enqueue(&JobTask::DeleteWebhook(id.clone()), now, now).await?;
        let details = json!({ "url": webhook.url });
        transaction.audit(&self.audit_entry(grant, AuditAction::WebhookDeleted, id, &details)).await?;
        transaction.commit().await?;
        self.campaign_accounts.invalidate(grant.account());
        self.webhook_sender.disconnect(grant.account(), id);
        self.job_work.notify_one();
        tracing::info!(account = %grant.account(), webhook = %id, by = grant.principal(), "deleted a webhook");
        Ok(())
    }

    fn seal_webhook_secret(
        &self,
        account: &AccountId,
        id: &WebhookId,
        secret: &WebhookSecret,
    ) -> Result<Vec<u8>, AppError> {
        Ok(self.installation.seal(&seal_label(account, id), secret.as_bytes(), &*self.generator)?)
    }

    fn open_webhook_secret(
        &self,
        account: &AccountId,
        id: &WebhookId,
        sealed: &[u8],
    ) -> Result<WebhookSecret, AppError> {
        let bytes = self.installation.open(&seal_label(account, id), sealed)?;
        Ok(WebhookSecret::from_bytes(&bytes)?)
    }
}

/// The encryption label of a webhook's secret: it can be decrypted only for this account and webhook.
fn seal_label(account: &AccountId, id: &WebhookId) -> String {
    format!("the webhook {id} of account {account}")
}

/// Reads a webhook in the transaction; an error if there is none.
async fn read_webhook(transaction: &mut dyn WebhookTransaction, id: &WebhookId) -> Result<Webhook, AppError> {
    let webhook = transaction.webhook(id).await?;
    webhook.ok_or_else(|| AppError::UnknownWebhook(id.clone()))
}

fn validate_description(text: String) -> Result<String, AppError> {
    if text.chars().nth(MAX_DESCRIPTION_LENGTH).is_some() || text.chars().any(char::is_control) {
        return Err(AppError::invalid(format!(
            "a description may have at most {MAX_DESCRIPTION_LENGTH} characters and no control characters"
        )));
    }
    Ok(text)
}

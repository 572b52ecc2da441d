//! Webhooks: who is told of changes over HTTP. Made, listed and deleted here; what they are told is
//! `deliveries`, and how it gets there `job` and `turn`.

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

/// The most that an account has: each costs its own deliveries of every change.
pub const MAX_WEBHOOKS: u32 = 20;
/// The longest description, in characters.
const MAX_DESCRIPTION: usize = 200;

/// A webhook to be made.
#[derive(Clone, Debug, Default)]
pub struct NewWebhook {
    /// The address.
    pub url: String,
    /// The kinds of change that it wants; every kind where there are none.
    pub kinds: Vec<ChangeKind>,
    /// What people say about it.
    pub description: String,
}

impl App {
    /// Makes a webhook that is told of every change from now on; with its secret, which is shown this
    /// once.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn create_webhook(
        &self,
        grant: &Grant<ManageCredentials>,
        new: NewWebhook,
    ) -> Result<(Webhook, Secret), AppError> {
        let url: WebhookUrl = new.url.parse()?;
        let description = described(new.description)?;
        self.webhook_sender.check(&url).await.map_err(|error| AppError::invalid(error.to_string()))?;
        let secret = WebhookSecret::random(&*self.generator);
        let id: WebhookId = random_uuid(&*self.generator).to_string().parse()?;
        let mut kinds = new.kinds;
        kinds.sort_unstable();
        kinds.dedup();
        let mut transaction = self.store.write_webhooks(grant.account()).await?;
        let webhook = Webhook {
            sealed_secret: self.sealed_webhook_secret(grant.account(), &id, &secret)?,
            id,
            url: url.to_string(),
            description,
            kinds,
            old_secret: None,
            created_at: self.clock.now(),
            disabled: None,
            queued_through: transaction.last_change().await?,
            last_delivery: 0,
            last_success_at: None,
        };
        // In the order of locks: the job that may be there already, the new one, then the audit.
        transaction.enqueue(&JobTask::MaintainAccount, webhook.created_at).await?;
        let deliveries = JobTask::DeliverWebhook(webhook.id.clone());
        transaction.enqueue(&deliveries, webhook.created_at).await?;
        if !transaction.add_webhook(&webhook, MAX_WEBHOOKS).await? {
            return Err(AppError::TooManyWebhooks);
        }
        let details = json!({ "url": webhook.url, "kinds": webhook.kinds });
        let entry = self.audit_entry(grant, AuditAction::WebhookCreated, &webhook.id, &details);
        transaction.audit(&entry).await?;
        transaction.commit().await?;
        tracing::info!(account = %grant.account(), webhook = %webhook.id, by = grant.principal(), "made a webhook");
        Ok((webhook, secret.text()))
    }

    /// Every webhook of the account, the oldest first.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn webhooks(&self, grant: &Grant<ManageCredentials>) -> Result<Vec<Webhook>, AppError> {
        let reader = self.store.read_webhooks(grant.account());
        let webhooks = reader.webhooks().await?;
        if webhooks.is_empty() {
            self.known(grant.account()).await?;
        }
        Ok(webhooks)
    }

    /// A webhook of the account.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn webhook(
        &self,
        grant: &Grant<ManageCredentials>,
        id: &WebhookId,
    ) -> Result<Webhook, AppError> {
        let webhook = self.store.read_webhooks(grant.account()).webhook(id).await?;
        webhook.ok_or_else(|| AppError::UnknownWebhook(id.clone()))
    }

    /// Deletes a webhook: it is told nothing more. A job deletes its deliveries, however many there are.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn delete_webhook(
        &self,
        grant: &Grant<ManageCredentials>,
        id: &WebhookId,
    ) -> Result<(), AppError> {
        let mut transaction = self.store.write_webhooks(grant.account()).await?;
        let webhook = stored(&mut *transaction, id).await?;
        let now = self.clock.now();
        transaction.delete_webhook(id, now).await?;
        transaction.enqueue(&JobTask::DeleteWebhook(id.clone()), now).await?;
        let details = json!({ "url": webhook.url });
        transaction.audit(&self.audit_entry(grant, AuditAction::WebhookDeleted, id, &details)).await?;
        transaction.commit().await?;
        self.webhook_sender.disconnect(grant.account(), id);
        self.job_work.notify_one();
        tracing::info!(account = %grant.account(), webhook = %id, by = grant.principal(), "deleted a webhook");
        Ok(())
    }

    fn sealed_webhook_secret(
        &self,
        account: &AccountId,
        id: &WebhookId,
        secret: &WebhookSecret,
    ) -> Result<Vec<u8>, AppError> {
        Ok(self.installation.seal(&sealed_as(account, id), secret.as_bytes(), &*self.generator)?)
    }

    fn opened_webhook_secret(
        &self,
        account: &AccountId,
        id: &WebhookId,
        sealed: &[u8],
    ) -> Result<WebhookSecret, AppError> {
        let bytes = self.installation.open(&sealed_as(account, id), sealed)?;
        Ok(WebhookSecret::from_bytes(&bytes)?)
    }
}

/// What a webhook's secret is encrypted as: it opens for this account and webhook only.
fn sealed_as(account: &AccountId, id: &WebhookId) -> String {
    format!("the webhook {id} of account {account}")
}

/// A webhook as the transaction sees it, or the error that there is none.
async fn stored(transaction: &mut dyn WebhookTransaction, id: &WebhookId) -> Result<Webhook, AppError> {
    let webhook = transaction.webhook(id).await?;
    webhook.ok_or_else(|| AppError::UnknownWebhook(id.clone()))
}

fn described(text: String) -> Result<String, AppError> {
    if text.chars().nth(MAX_DESCRIPTION).is_some() || text.chars().any(char::is_control) {
        return Err(AppError::invalid(format!(
            "a description has at most {MAX_DESCRIPTION} characters, none of them a control character"
        )));
    }
    Ok(text)
}

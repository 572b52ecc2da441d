//! The jobs of webhooks: one sends due deliveries, one removes a deleted webhook.

use outbound_model::{AccountId, WebhookId};
use tokio::time::Instant;

use super::send::SendOutcome;
use crate::jobs::{JobOutcome, MAX_RUN, PRUNE_BATCH};
use crate::{App, AppError};

impl App {
    /// Sends batches until nothing is due. Runs again when the next delivery is due.
    pub(crate) async fn deliver_webhook(
        &self,
        account: &AccountId,
        id: &WebhookId,
    ) -> Result<JobOutcome, AppError> {
        let started = Instant::now();
        loop {
            match self.send_batch(account, id).await? {
                SendOutcome::More if started.elapsed() < MAX_RUN => {}
                SendOutcome::More | SendOutcome::Failed => return Ok(JobOutcome::Again(self.clock.now())),
                SendOutcome::Idle => break,
            }
        }
        let next = self.store.read_webhooks(account).next_attempt(id).await?;
        Ok(next.map_or(JobOutcome::Done, JobOutcome::Again))
    }

    /// Deletes the deliveries of a deleted webhook in batches, then the webhook itself.
    pub(crate) async fn purge_webhook(
        &self,
        account: &AccountId,
        id: &WebhookId,
    ) -> Result<JobOutcome, AppError> {
        let started = Instant::now();
        while started.elapsed() < MAX_RUN {
            if self.store.purge_webhook(account, id, PRUNE_BATCH).await? {
                return Ok(JobOutcome::Done);
            }
        }
        Ok(JobOutcome::Again(self.clock.now()))
    }

    /// Counters of delivery attempts of this process.
    pub fn webhook_attempts(&self) -> &super::AttemptCounts {
        &self.webhook_attempts
    }
}

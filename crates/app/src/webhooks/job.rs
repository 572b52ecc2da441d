//! The jobs of a webhook: one queues and sends until nothing is due, one deletes what a deleted webhook leaves.

use outbound_model::{AccountId, WebhookId};
use tokio::time::Instant;

use super::send::Turn;
use crate::jobs::{JobOutcome, MAX_RUN, PRUNE_BATCH};
use crate::{App, AppError};

impl App {
    /// Takes turns until nothing is due; runs again when the next delivery is.
    pub(crate) async fn deliver_webhook(
        &self,
        account: &AccountId,
        id: &WebhookId,
    ) -> Result<JobOutcome, AppError> {
        let begun = Instant::now();
        loop {
            match self.webhook_turn(account, id).await? {
                Turn::More if begun.elapsed() < MAX_RUN => {}
                Turn::More | Turn::Failed => return Ok(JobOutcome::Again(self.clock.now())),
                Turn::Idle => break,
            }
        }
        let next = self.store.read_webhooks(account).next_attempt(id).await?;
        Ok(next.map_or(JobOutcome::Done, JobOutcome::Again))
    }

    /// Deletes the deliveries of a deleted webhook in batches, and then the webhook.
    pub(crate) async fn purge_webhook(
        &self,
        account: &AccountId,
        id: &WebhookId,
    ) -> Result<JobOutcome, AppError> {
        let begun = Instant::now();
        while begun.elapsed() < MAX_RUN {
            if self.store.purge_webhook(account, id, PRUNE_BATCH).await? {
                return Ok(JobOutcome::Done);
            }
        }
        Ok(JobOutcome::Again(self.clock.now()))
    }

    /// How many attempts to deliver there were.
    pub fn webhook_attempts(&self) -> &super::AttemptCounts {
        &self.webhook_attempts
    }
}

//! The job of a webhook: queues and sends until nothing is due.

use std::time::Duration;

use outbound_model::{AccountId, WebhookId};
use tokio::time::Instant;

use super::turn::Turn;
use crate::jobs::JobOutcome;
use crate::{App, AppError};

/// How long a webhook with more to send keeps its place among the running jobs.
const MAX_RUN: Duration = Duration::from_secs(2);

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

    /// How many attempts to deliver there were.
    pub fn webhook_attempts(&self) -> &super::AttemptCounts {
        &self.webhook_attempts
    }
}

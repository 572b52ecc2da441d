//! The upkeep of an account: deletes what has been kept for long enough.

use outbound_model::{AccountId, JobTask};
use outbound_store::StoreError;
use tokio::time::Instant;

use super::{JobOutcome, MAX_RUN, PRUNE_BATCH};
use crate::{App, AppError, DELIVERY_DAYS};

/// For how many days a job that has ended can be listed.
const JOB_DAYS: i64 = 7;
/// How often an account with something to keep is maintained.
const INTERVAL_SECONDS: i64 = 10 * 60;
const DAY_SECONDS: i64 = 24 * 60 * 60;

impl App {
    /// Deletes old deliveries and jobs in batches until none is left, and enqueues the deliveries of every
    /// webhook: on PostgreSQL a change that is committed while a webhook is created or enabled may enqueue nothing
    /// for it, and nodes of versions before the jobs table never do. It continues as long as the account has webhooks or other jobs.
    pub(super) async fn maintain_account(&self, account: &AccountId) -> Result<JobOutcome, AppError> {
        let begun = Instant::now();
        let now = self.clock.now();
        let deliveries_until = now.plus_seconds(-DELIVERY_DAYS * DAY_SECONDS);
        let jobs_until = now.plus_seconds(-JOB_DAYS * DAY_SECONDS);
        loop {
            let deliveries = self.store.prune_deliveries(account, deliveries_until, PRUNE_BATCH).await?;
            let jobs = self.store.delete_ended_jobs(account, jobs_until, PRUNE_BATCH).await?;
            if deliveries.max(jobs) < u64::from(PRUNE_BATCH) {
                break;
            }
            if begun.elapsed() > MAX_RUN {
                return Ok(JobOutcome::Again(now));
            }
        }
        self.store.enqueue_deliveries(account, now).await?;
        let goes_on = self.has_something_to_keep(account).await?;
        Ok(if goes_on { JobOutcome::Again(now.plus_seconds(INTERVAL_SECONDS)) } else { JobOutcome::Done })
    }

    async fn has_something_to_keep(&self, account: &AccountId) -> Result<bool, StoreError> {
        if !self.store.read_webhooks(account).webhooks().await?.is_empty() {
            return Ok(true);
        }
        self.store.has_other_jobs(account, &JobTask::MaintainAccount.id()).await
    }
}

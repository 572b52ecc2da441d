//! Maintenance of an account: deletes data whose retention period has ended.

use outbound_model::{AccountId, JobTask};
use outbound_store::StoreError;
use tokio::time::Instant;

use super::{JobOutcome, MAX_RUN, PRUNE_BATCH};
use crate::{App, AppError, DELIVERY_DAYS};

/// Retention of ended jobs, in days.
const JOB_DAYS: i64 = 7;
/// Time between two runs.
const INTERVAL_SECONDS: i64 = 10 * 60;
const DAY_SECONDS: i64 = 24 * 60 * 60;

impl App {
    /// Deletes old deliveries and jobs in batches, and enqueues the deliveries of every webhook. The latter is a
    /// safety net: on PostgreSQL, a change that commits while a webhook is being created or enabled may not enqueue
    /// its delivery, and nodes of versions without the jobs table never do. Deletes messages, files with reports,
    /// campaigns with their personal data, and changes of the feed that are no longer kept. The job repeats as long as
    /// the account has webhooks, campaigns, messages, addresses of consumers or other jobs.
    pub(super) async fn maintain_account(&self, account: &AccountId) -> Result<JobOutcome, AppError> {
        let started = Instant::now();
        let now = self.clock.now();
        let deliveries_until = now.plus_seconds(-DELIVERY_DAYS * DAY_SECONDS);
        let jobs_until = now.plus_seconds(-JOB_DAYS * DAY_SECONDS);
        loop {
            let deliveries = self.store.prune_deliveries(account, deliveries_until, PRUNE_BATCH).await?;
            let jobs = self.store.delete_ended_jobs(account, jobs_until, PRUNE_BATCH).await?;
            if deliveries.max(jobs) < u64::from(PRUNE_BATCH) {
                break;
            }
            if started.elapsed() > MAX_RUN {
                return Ok(JobOutcome::Again(now));
            }
        }
        self.delete_old_report_files(account).await?;
        if !self.delete_old_messages(account).await? {
            return Ok(JobOutcome::Again(now));
        }
        self.forget_inbound(account).await?;
        if !self.purge_campaigns(account).await?
            || !self.delete_old_campaigns(account).await?
            || !self.prune_changes(account).await?
        {
            return Ok(JobOutcome::Again(now));
        }
        self.store.enqueue_deliveries(account, now).await?;
        let repeat = self.needs_maintenance(account).await?;
        Ok(if repeat { JobOutcome::Again(now.plus_seconds(INTERVAL_SECONDS)) } else { JobOutcome::Done })
    }

    async fn needs_maintenance(&self, account: &AccountId) -> Result<bool, StoreError> {
        if !self.store.read_webhooks(account).webhooks().await?.is_empty()
            || self.store.has_transactions(account).await?
            || self.store.has_consumers(account).await?
            || !self.store.read_campaigns(account).campaigns(None, 1).await?.is_empty()
        {
            return Ok(true);
        }
        self.store.has_other_jobs(account, &JobTask::MaintainAccount.id()).await
    }
}

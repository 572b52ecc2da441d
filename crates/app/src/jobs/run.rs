//! Runs one claimed job: extends its lease meanwhile, and stores how the run ended.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures::FutureExt;
use outbound_model::{AccountId, JobTask, Timestamp};
use outbound_store::{ClaimedJob, JobEnd};
use tokio::time::sleep;

use super::back_off::retry_at;
use crate::{App, AppError, error_chain};

/// Another worker may run a job whose lease has not been extended for this long: its process was killed.
pub(super) const LEASE_SECONDS: i64 = 30;
/// How often a lease is extended.
const RENEW_INTERVAL: Duration = Duration::from_secs(10);
/// The kind of a job that this version does not know, in metrics.
const UNKNOWN_KIND: &str = "unknown";

/// How a run ended that went well.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum JobOutcome {
    /// There is nothing more to do.
    Done,
    /// It runs again at this time.
    Again(Timestamp),
}

impl App {
    /// Does what the job is for. One arm for each kind.
    async fn run_task(&self, account: &AccountId, job: &ClaimedJob) -> Result<JobOutcome, AppError> {
        match job.task.as_ref().map_err(|unknown| AppError::Invalid(unknown.clone()))? {
            JobTask::DeliverWebhook(webhook) => self.deliver_webhook(account, webhook).await,
            JobTask::RecountFindings => self.recount_findings(account).await,
            JobTask::DeleteWebhook(webhook) => self.purge_webhook(account, webhook).await,
            JobTask::MaintainAccount => self.maintain_account(account).await,
        }
    }

    /// Runs a claimed job, unless its lease is lost.
    #[tracing::instrument(name = "job", level = "debug", skip_all, fields(job = %job.id))]
    pub(super) async fn run_job(self, account: AccountId, job: ClaimedJob) {
        let run = AssertUnwindSafe(self.run_task(&account, &job)).catch_unwind();
        let ended = tokio::select! {
            ended = run => ended,
            () = self.lose_lease(&account, &job) => {
                tracing::warn!(%account, job = %job.id, "lost the lease of a job; another worker runs it");
                return;
            }
        };
        let result = ended.unwrap_or_else(|_| Err(AppError::Internal("the job panicked".into())));
        let kind = job.task.as_ref().map_or(UNKNOWN_KIND, JobTask::kind);
        self.job_counts.count(kind, result.is_ok());
        let now = self.clock.now();
        let error = result.as_ref().err().map(|error| error_chain(error)).unwrap_or_default();
        let end = match result {
            Ok(JobOutcome::Done) => JobEnd::Done,
            Ok(JobOutcome::Again(at)) => JobEnd::Again(at),
            Err(_) => {
                let retry_at = retry_at(now, job.attempts, &*self.generator);
                tracing::warn!(%account, job = %job.id, attempts = job.attempts, error, "a job failed; retrying at {retry_at}");
                JobEnd::Failed(&error, Some(retry_at))
            }
        };
        match self.store.end_job(&account, &job, end, now).await {
            Ok(true) => {}
            Ok(false) => {
                tracing::warn!(%account, job = %job.id, "another worker has claimed a job meanwhile");
            }
            // Its lease ends, and it runs again.
            Err(error) => {
                tracing::warn!(%account, job = %job.id, error = error_chain(&error), "cannot store how a job ended");
            }
        }
    }

    /// Extends the lease of a job until it is lost.
    async fn lose_lease(&self, account: &AccountId, job: &ClaimedJob) {
        loop {
            sleep(RENEW_INTERVAL).await;
            let until = self.clock.now().plus_seconds(LEASE_SECONDS);
            match self.store.renew_job(account, job, until).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    tracing::warn!(%account, job = %job.id, error = error_chain(&error), "cannot extend the lease of a job");
                }
            }
        }
    }
}

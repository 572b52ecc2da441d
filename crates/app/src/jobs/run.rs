//! Runs a claimed job: renews its lease and stores the outcome.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures::FutureExt;
use outbound_model::{AccountId, JobTask, Timestamp};
use outbound_store::{ClaimedJob, JobEnd};
use tokio::time::sleep;

use super::back_off::retry_at;
use crate::{App, AppError, error_chain};

/// Duration of a lease. Once it has ended without renewal, another worker may run the job.
pub(crate) const LEASE_SECONDS: i64 = 30;
/// Time between renewals of a lease.
const RENEW_INTERVAL: Duration = Duration::from_secs(10);
/// Metric label for jobs of kinds that this version does not know.
const UNKNOWN_KIND: &str = "unknown";

/// Outcome of a run that ended without an error.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum JobOutcome {
    /// The job is complete.
    Done,
    /// The job runs again at this time.
    Again(Timestamp),
    /// The job failed permanently, for this reason.
    Failed(&'static str),
    /// Other code of this process continues the work and owns the claim.
    HandedOver,
}

impl App {
    /// Runs the code for the kind of the job.
    async fn run_task(&self, account: &AccountId, job: &ClaimedJob) -> Result<JobOutcome, AppError> {
        match job.task.as_ref().map_err(|unknown| AppError::Invalid(unknown.clone()))? {
            JobTask::DeliverWebhook(webhook) => self.deliver_webhook(account, webhook).await,
            JobTask::RecountFindings => self.recount_findings(account).await,
            JobTask::DeleteWebhook(webhook) => self.purge_webhook(account, webhook).await,
            JobTask::MaintainAccount => self.maintain_account(account).await,
            JobTask::AuditReports => self.audit_yesterday(account).await,
            JobTask::ExportReport(file) => self.write_report_file(account, *file).await,
            JobTask::Import(_) => Ok(self.claimed_import(job)),
        }
    }

    /// Runs a claimed job and stores the outcome, unless the lease is lost.
    #[tracing::instrument(name = "job", level = "debug", skip_all, fields(job = %job.id))]
    pub(super) async fn run_job(self, account: AccountId, job: ClaimedJob) {
        let run = AssertUnwindSafe(self.run_task(&account, &job)).catch_unwind();
        let ended = tokio::select! {
            ended = run => ended,
            () = self.renew_lease(&account, &job) => {
                tracing::warn!(%account, job = %job.id, "lost the lease of a job; another worker runs it");
                return;
            }
        };
        if matches!(ended, Ok(Ok(JobOutcome::HandedOver))) {
            return;
        }
        let result = ended.unwrap_or_else(|_| Err(AppError::Internal("the job panicked".into())));
        let kind = job.task.as_ref().map_or(UNKNOWN_KIND, JobTask::kind);
        self.job_counts.count(kind, !matches!(result, Err(_) | Ok(JobOutcome::Failed(_))));
        let now = self.clock.now();
        let error = result.as_ref().err().map(|error| error_chain(error)).unwrap_or_default();
        let end = match result {
            Ok(JobOutcome::Done | JobOutcome::HandedOver) => JobEnd::Done,
            Ok(JobOutcome::Failed(reason)) => JobEnd::Failed(reason, None),
            Ok(JobOutcome::Again(at)) => JobEnd::Again(at),
            Err(_) => {
                let retry_at = retry_at(now, job.attempts, &*self.generator);
                let attempts = job.attempts;
                tracing::warn!(%account, job = %job.id, attempts, error, "a job failed; retrying at {retry_at}");
                JobEnd::Failed(&error, Some(retry_at))
            }
        };
        match self.store.end_job(&account, &job, end, now).await {
            Ok(true) => {}
            Ok(false) => {
                tracing::warn!(%account, job = %job.id, "another worker has claimed the job in the meantime");
            }
            // The lease will end, and the job will run again.
            Err(error) => {
                let error = error_chain(&error);
                tracing::warn!(%account, job = %job.id, error, "cannot store the outcome of a job");
            }
        }
    }

    /// Renews the lease of a job. Returns when the lease is lost.
    async fn renew_lease(&self, account: &AccountId, job: &ClaimedJob) {
        loop {
            sleep(RENEW_INTERVAL).await;
            let until = self.clock.now().plus_seconds(LEASE_SECONDS);
            match self.store.renew_job(account, job, until, None).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    let error = error_chain(&error);
                    tracing::warn!(%account, job = %job.id, error, "cannot renew the lease of a job");
                }
            }
        }
    }
}

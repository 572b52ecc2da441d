//! Lists and retries jobs, for the operator.

use outbound_model::{AccountId, Invalid, JobId, JobState, JobTask};
use outbound_store::Job;

use crate::{App, AppError, Grant, ManageCredentials};

impl App {
    /// Up to `limit` jobs of an account, newest first; optionally only those in one state.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn jobs(
        &self,
        grant: &Grant<ManageCredentials>,
        state: Option<JobState>,
        limit: u32,
    ) -> Result<Vec<Job>, AppError> {
        let jobs = self.store.jobs(grant.account(), state, limit).await?;
        if jobs.is_empty() {
            self.require_account(grant.account()).await?;
        }
        Ok(jobs)
    }

    /// Up to `limit` jobs of all accounts, newest first; optionally only those in one state. For the operator.
    pub async fn all_jobs(
        &self,
        state: Option<JobState>,
        limit: u32,
    ) -> Result<Vec<(AccountId, Job)>, AppError> {
        Ok(self.store.all_jobs(state, limit).await?)
    }

    /// Makes a job due now and resets its attempts. Returns [`AppError::UnknownJob`] or [`AppError::JobRunning`] if
    /// that is impossible. An import cannot be retried, because its file is not stored.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn retry_job(&self, grant: &Grant<ManageCredentials>, id: &JobId) -> Result<Job, AppError> {
        if id.kind() == JobTask::IMPORT {
            return Err(
                Invalid::new("an import cannot be retried: its file is not stored; send it again").into()
            );
        }
        let job = self.store.retry_job(grant.account(), id, self.clock.now()).await?;
        let job = job.ok_or_else(|| AppError::UnknownJob(id.clone()))?;
        if job.state == JobState::Running {
            return Err(AppError::JobRunning(id.clone()));
        }
        self.job_work.notify_one();
        tracing::info!(account = %grant.account(), job = %id, by = grant.principal(), "retrying a job");
        Ok(job)
    }
}

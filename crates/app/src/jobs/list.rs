//! Jobs for the operator: listed and retried.

use outbound_model::{JobId, JobState};
use outbound_store::Job;

use crate::{App, AppError, Grant, ManageCredentials};

impl App {
    /// Up to `most` jobs of an account in one state, or in any, the newest first.
    pub async fn jobs(
        &self,
        grant: &Grant<ManageCredentials>,
        state: Option<JobState>,
        most: u32,
    ) -> Result<Vec<Job>, AppError> {
        let jobs = self.store.jobs(grant.account(), state, most).await?;
        if jobs.is_empty() {
            self.known(grant.account()).await?;
        }
        Ok(jobs)
    }

    /// Has a server run a job at once, as if it had never failed. [`AppError::UnknownJob`] or
    /// [`AppError::JobRunning`].
    pub async fn retry_job(&self, grant: &Grant<ManageCredentials>, id: &JobId) -> Result<Job, AppError> {
        let retried = self.store.retry_job(grant.account(), id, self.clock.now()).await?;
        let job = self.store.job(grant.account(), id).await?;
        let job = job.ok_or_else(|| AppError::UnknownJob(id.clone()))?;
        if !retried {
            return Err(AppError::JobRunning(id.clone()));
        }
        self.job_work.notify_one();
        tracing::info!(account = %grant.account(), job = %id, by = grant.principal(), "retrying a job");
        Ok(job)
    }
}

//! Jobs for the operator: listed and retried.

use outbound_model::{AccountId, Invalid, JobId, JobState, JobTask};
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

    /// Up to `most` jobs of all accounts in one state, or in any, the newest first. Only for the operator of the
    /// machine.
    pub async fn all_jobs(
        &self,
        state: Option<JobState>,
        most: u32,
    ) -> Result<Vec<(AccountId, Job)>, AppError> {
        Ok(self.store.all_jobs(state, most).await?)
    }

    /// Has a server run a job at once, as if it had never failed. [`AppError::UnknownJob`] or
    /// [`AppError::JobRunning`]; an import cannot be retried, as its file is not stored.
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

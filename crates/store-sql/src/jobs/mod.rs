//! Jobs, and the queue of each account: a row that says when its next job is due.
//!
//! A queue is never due later than its earliest waiting job. Whoever adds a job or makes one due lowers the
//! queue afterwards, in the same transaction; only a claim, which locks the queue before it looks at the jobs,
//! raises it. Locks are taken in this order: job, then queue. A claim takes the queue first, but skips jobs
//! that are locked instead of waiting for them.

mod queue;
mod rows;
pub(crate) mod statements;

use async_trait::async_trait;
use outbound_model::{AccountId, JobId, JobState, JobTask, Timestamp};
use outbound_store::{ClaimedJob, EnqueueJobs, Job, JobClaim, JobEnd, Jobs, StoreError};
use rows::{AccountJobRow, JobRow};
use statements as sql;

use crate::SqlStore;
use crate::rows::{parsed, time};
use crate::transaction::SqlTransaction;

#[async_trait]
impl EnqueueJobs for SqlTransaction {
    async fn enqueue(&mut self, task: &JobTask, due_at: Timestamp) -> Result<(), StoreError> {
        let (id, payload) = (task.id(), task.payload());
        self.execute(sql::ENQUEUE_JOB, &[id.as_str().into(), payload.as_str().into(), due_at.into()]).await?;
        self.lower_queue().await
    }
}

#[async_trait]
impl Jobs for SqlStore {
    async fn accounts_with_due_jobs(
        &self,
        now: Timestamp,
        most: u32,
    ) -> Result<Vec<(AccountId, Timestamp)>, StoreError> {
        let rows: Vec<(String, i64)> =
            self.all(sql::DUE_QUEUES, &[now.into(), i64::from(most).into()]).await?;
        rows.iter().map(|(account, due_at)| Ok((parsed(account)?, time(*due_at)?))).collect()
    }

    async fn claim_jobs(&self, account: &AccountId, claim: JobClaim) -> Result<Vec<ClaimedJob>, StoreError> {
        let mut transaction = SqlTransaction::begin(&self.pools, account).await?;
        let claimed = transaction.claim_jobs(claim).await?;
        transaction.make_durable().await?;
        Ok(claimed)
    }

    async fn renew_job(
        &self,
        account: &AccountId,
        job: &ClaimedJob,
        until: Timestamp,
        report: Option<&str>,
    ) -> Result<bool, StoreError> {
        let args = [job.id.as_str().into(), job.claim.into(), until.into(), report.into()];
        Ok(self.execute_in(account, sql::RENEW_JOB, &args).await? > 0)
    }

    async fn start_job(
        &self,
        account: &AccountId,
        task: &JobTask,
        report: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<ClaimedJob, StoreError> {
        let (id, payload) = (task.id(), task.payload());
        let mut transaction = SqlTransaction::begin_known(&self.pools, account).await?;
        let row = [id.as_str().into(), payload.as_str().into(), now.into(), until.into(), report.into()];
        transaction.execute(sql::START_JOB, &row).await?;
        transaction.execute(sql::QUEUE_LEASE_END, &[until.into()]).await?;
        transaction.enqueue(&JobTask::MaintainAccount, until).await?;
        transaction.make_durable().await?;
        Ok(ClaimedJob { id, task: Ok(task.clone()), attempts: 1, claim: 1 })
    }

    async fn delete_ended_job(&self, account: &AccountId, id: &JobId) -> Result<(), StoreError> {
        self.execute_in(account, sql::DELETE_ENDED_JOB, &[id.as_str().into()]).await.map(drop)
    }

    async fn end_job(
        &self,
        account: &AccountId,
        job: &ClaimedJob,
        end: JobEnd<'_>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut transaction = SqlTransaction::begin(&self.pools, account).await?;
        let ended = transaction.end_job(job, end, now).await?;
        transaction.make_durable().await?;
        Ok(ended)
    }

    async fn enqueue_job(
        &self,
        account: &AccountId,
        task: &JobTask,
        due_at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = SqlTransaction::begin_known(&self.pools, account).await?;
        transaction.enqueue(task, due_at).await?;
        transaction.make_durable().await.map(drop)
    }

    async fn job(&self, account: &AccountId, id: &JobId) -> Result<Option<Job>, StoreError> {
        let row: Option<JobRow> = self.reader(account).optional(sql::JOB, &[id.as_str().into()]).await?;
        row.map(Job::try_from).transpose()
    }

    async fn jobs(
        &self,
        account: &AccountId,
        state: Option<JobState>,
        most: u32,
    ) -> Result<Vec<Job>, StoreError> {
        let args = [state.map_or("", JobState::as_str).into(), i64::from(most).into()];
        let rows: Vec<JobRow> = self.reader(account).all(sql::JOBS, &args).await?;
        rows.into_iter().map(Job::try_from).collect()
    }

    async fn all_jobs(
        &self,
        state: Option<JobState>,
        most: u32,
    ) -> Result<Vec<(AccountId, Job)>, StoreError> {
        let args = [state.map_or("", JobState::as_str).into(), i64::from(most).into()];
        let rows: Vec<AccountJobRow> = self.all(sql::ALL_JOBS, &args).await?;
        rows.into_iter().map(|row| Ok((parsed(&row.account_id)?, row.job.try_into()?))).collect()
    }

    async fn has_other_jobs(&self, account: &AccountId, id: &JobId) -> Result<bool, StoreError> {
        let other: Option<(String,)> =
            self.reader(account).optional(sql::OTHER_JOB, &[id.as_str().into()]).await?;
        Ok(other.is_some())
    }

    async fn retry_job(
        &self,
        account: &AccountId,
        id: &JobId,
        now: Timestamp,
    ) -> Result<Option<Job>, StoreError> {
        let mut transaction = SqlTransaction::begin(&self.pools, account).await?;
        let args = [id.as_str().into(), now.into()];
        let row: Option<JobRow> = transaction.optional(sql::RETRY_JOB, &args).await?;
        transaction.lower_queue().await?;
        transaction.make_durable().await?;
        row.map(Job::try_from).transpose()
    }

    async fn delete_ended_jobs(
        &self,
        account: &AccountId,
        before: Timestamp,
        most: u32,
    ) -> Result<u64, StoreError> {
        self.execute_in(account, sql::DELETE_ENDED_JOBS, &[before.into(), i64::from(most).into()]).await
    }
}

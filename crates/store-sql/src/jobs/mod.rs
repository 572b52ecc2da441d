//! Jobs, and the queue of each account: a row with the time when its next job is due.
//!
//! A queue is never due later than its earliest waiting job. A transaction that adds a job or makes one due
//! advances the queue afterwards. Only a claim, which locks the queue before it reads the jobs, reschedules
//! it to a later time. Locks are taken in the order job, queue. A claim locks the queue first, but skips
//! locked jobs instead of waiting for them.

mod queue;
mod rows;
pub(crate) mod statements;

use async_trait::async_trait;
use outbound_model::{AccountId, JobId, JobState, JobTask, Timestamp};
use outbound_store::{ClaimedJob, EnqueueJobs, Job, JobClaim, JobEnd, Jobs, StoreError};
use rows::{AccountJobRow, JobRow};
use statements as sql;

use crate::SqlStore;
use crate::rows::{parse_stored, time};
use crate::transaction::SqlTransaction;

#[async_trait]
impl EnqueueJobs for SqlTransaction {
    async fn enqueue(&mut self, task: &JobTask, now: Timestamp, due_at: Timestamp) -> Result<(), StoreError> {
        let (id, payload) = (task.id(), task.payload());
        let row = [id.as_str().into(), payload.as_str().into(), now.into(), due_at.into()];
        self.execute(sql::ENQUEUE_JOB, &row).await?;
        self.advance_queue().await
    }
}

#[async_trait]
impl Jobs for SqlStore {
    async fn accounts_with_due_jobs(
        &self,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<(AccountId, Timestamp)>, StoreError> {
        let rows: Vec<(String, i64)> =
            self.pools.all(sql::DUE_QUEUES, &[now.into(), i64::from(limit).into()]).await?;
        rows.iter().map(|(account, due_at)| Ok((parse_stored(account)?, time(*due_at)?))).collect()
    }

    async fn claim_jobs(&self, account: &AccountId, claim: JobClaim) -> Result<Vec<ClaimedJob>, StoreError> {
        let mut transaction = SqlTransaction::begin(&self.pools, account).await?;
        let claimed = transaction.claim_jobs(claim).await?;
        transaction.commit_with_audit().await?;
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
        Ok(self.pools.execute_in(account, sql::RENEW_JOB, &args).await? > 0)
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
        let mut transaction = SqlTransaction::begin_existing(&self.pools, account).await?;
        let row = [id.as_str().into(), payload.as_str().into(), now.into(), until.into(), report.into()];
        transaction.execute(sql::START_JOB, &row).await?;
        transaction.execute(sql::ADVANCE_QUEUE_TO_LEASE_END, &[until.into()]).await?;
        transaction.enqueue(&JobTask::MaintainAccount, now, until).await?;
        transaction.commit_with_audit().await?;
        Ok(ClaimedJob { id, task: Ok(task.clone()), attempts: 1, claim: 1 })
    }

    async fn delete_ended_job(&self, account: &AccountId, id: &JobId) -> Result<(), StoreError> {
        self.pools.execute_in(account, sql::DELETE_ENDED_JOB, &[id.as_str().into()]).await.map(drop)
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
        transaction.commit_with_audit().await?;
        Ok(ended)
    }

    async fn enqueue_job(
        &self,
        account: &AccountId,
        task: &JobTask,
        now: Timestamp,
        due_at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = SqlTransaction::begin_existing(&self.pools, account).await?;
        transaction.enqueue(task, now, due_at).await?;
        transaction.commit_with_audit().await.map(drop)
    }

    async fn job(&self, account: &AccountId, id: &JobId) -> Result<Option<Job>, StoreError> {
        let row: Option<JobRow> = self.reader(account).optional(sql::JOB, &[id.as_str().into()]).await?;
        row.map(Job::try_from).transpose()
    }

    async fn jobs(
        &self,
        account: &AccountId,
        state: Option<JobState>,
        limit: u32,
    ) -> Result<Vec<Job>, StoreError> {
        let args = [state.map_or("", JobState::as_str).into(), i64::from(limit).into()];
        let rows: Vec<JobRow> = self.reader(account).all(sql::JOBS, &args).await?;
        rows.into_iter().map(Job::try_from).collect()
    }

    async fn all_jobs(
        &self,
        state: Option<JobState>,
        limit: u32,
    ) -> Result<Vec<(AccountId, Job)>, StoreError> {
        let args = [state.map_or("", JobState::as_str).into(), i64::from(limit).into()];
        let rows: Vec<AccountJobRow> = self.pools.all(sql::ALL_JOBS, &args).await?;
        rows.into_iter().map(|row| Ok((parse_stored(&row.account_id)?, row.job.try_into()?))).collect()
    }

    async fn has_other_jobs(&self, account: &AccountId, id: &JobId) -> Result<bool, StoreError> {
        let other: Option<(String,)> =
            self.reader(account).optional(sql::ANY_OTHER_JOB, &[id.as_str().into()]).await?;
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
        transaction.advance_queue().await?;
        transaction.commit_with_audit().await?;
        row.map(Job::try_from).transpose()
    }

    async fn delete_ended_jobs(
        &self,
        account: &AccountId,
        before: Timestamp,
        limit: u32,
    ) -> Result<u64, StoreError> {
        self.pools
            .execute_in(account, sql::DELETE_ENDED_JOBS, &[before.into(), i64::from(limit).into()])
            .await
    }
}

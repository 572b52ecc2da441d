//! Jobs: none are run. They can be enqueued, which changes nothing.

use async_trait::async_trait;
use outbound_model::{AccountId, JobId, JobState, JobTask, Timestamp};
use outbound_store::{ClaimedJob, Job, JobClaim, JobEnd, Jobs, StoreError};

use super::missing;
use crate::MemoryStore;

#[async_trait]
impl Jobs for MemoryStore {
    async fn accounts_with_due_jobs(
        &self,
        _: Timestamp,
        _: u32,
    ) -> Result<Vec<(AccountId, Timestamp)>, StoreError> {
        missing()
    }

    async fn claim_jobs(&self, _: &AccountId, _: JobClaim) -> Result<Vec<ClaimedJob>, StoreError> {
        missing()
    }

    async fn start_job(
        &self,
        _: &AccountId,
        _: &JobTask,
        _: &str,
        _: Timestamp,
        _: Timestamp,
    ) -> Result<ClaimedJob, StoreError> {
        missing()
    }

    async fn renew_job(
        &self,
        _: &AccountId,
        _: &ClaimedJob,
        _: Timestamp,
        _: Option<&str>,
    ) -> Result<bool, StoreError> {
        missing()
    }

    async fn end_job(
        &self,
        _: &AccountId,
        _: &ClaimedJob,
        _: JobEnd<'_>,
        _: Timestamp,
    ) -> Result<bool, StoreError> {
        missing()
    }

    async fn delete_ended_job(&self, _: &AccountId, _: &JobId) -> Result<(), StoreError> {
        missing()
    }

    async fn enqueue_job(
        &self,
        _: &AccountId,
        _: &JobTask,
        _: Timestamp,
        _: Timestamp,
    ) -> Result<(), StoreError> {
        Ok(())
    }

    async fn job(&self, _: &AccountId, _: &JobId) -> Result<Option<Job>, StoreError> {
        missing()
    }

    async fn jobs(&self, _: &AccountId, _: Option<JobState>, _: u32) -> Result<Vec<Job>, StoreError> {
        missing()
    }

    async fn all_jobs(&self, _: Option<JobState>, _: u32) -> Result<Vec<(AccountId, Job)>, StoreError> {
        missing()
    }

    async fn has_other_jobs(&self, _: &AccountId, _: &JobId) -> Result<bool, StoreError> {
        missing()
    }

    async fn retry_job(&self, _: &AccountId, _: &JobId, _: Timestamp) -> Result<Option<Job>, StoreError> {
        missing()
    }

    async fn delete_ended_jobs(&self, _: &AccountId, _: Timestamp, _: u32) -> Result<u64, StoreError> {
        missing()
    }
}

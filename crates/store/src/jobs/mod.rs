//! Jobs: work of an account that runs later, in the background. Nothing here locks an account.
//!
//! Workers ask which accounts have due jobs ([`Jobs::accounts_with_due_jobs`], longest waiting first) and
//! claim a few jobs of each ([`Jobs::claim_jobs`]). A claim moves the account behind all others that wait, so
//! an account with a million jobs does not delay the first job of another account.

mod records;

use async_trait::async_trait;
use outbound_model::{AccountId, JobId, JobState, JobTask, Timestamp};
pub use records::{ClaimedJob, Job, JobClaim, JobEnd};

use crate::StoreError;

/// The jobs of all accounts.
#[async_trait]
pub trait Jobs: Send + Sync {
    /// Lists up to `limit` accounts that may have jobs due at `now`, with the time since when they wait,
    /// longest waiting first. The cost depends on `limit`, not on the number of accounts and jobs.
    async fn accounts_with_due_jobs(
        &self,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<(AccountId, Timestamp)>, StoreError>;

    /// Claims due jobs of an account for the caller to run, longest due first. No other caller on any node
    /// can claim them before the lease ends. Returns none if another caller is claiming jobs of this account.
    async fn claim_jobs(&self, account: &AccountId, claim: JobClaim) -> Result<Vec<ClaimedJob>, StoreError>;

    /// Adds a job with a new id that the caller has claimed until `until`, with its first report, JSON. Also
    /// enqueues the account's maintenance job, which deletes ended jobs.
    async fn start_job(
        &self,
        account: &AccountId,
        task: &JobTask,
        report: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<ClaimedJob, StoreError>;

    /// Extends the lease of a claimed job and stores its progress report, JSON. Returns `false` if the claim
    /// was lost.
    async fn renew_job(
        &self,
        account: &AccountId,
        job: &ClaimedJob,
        until: Timestamp,
        report: Option<&str>,
    ) -> Result<bool, StoreError>;

    /// Ends the run of a claimed job. Returns `false` if the claim was lost. A job that was enqueued again
    /// while it ran is due again at `now`, unless it failed.
    async fn end_job(
        &self,
        account: &AccountId,
        job: &ClaimedJob,
        end: JobEnd<'_>,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Deletes a job if it has ended.
    async fn delete_ended_job(&self, account: &AccountId, id: &JobId) -> Result<(), StoreError>;

    /// Enqueues a job in a transaction of its own, as [`EnqueueJobs::enqueue`] does.
    async fn enqueue_job(
        &self,
        account: &AccountId,
        task: &JobTask,
        now: Timestamp,
        due_at: Timestamp,
    ) -> Result<(), StoreError>;

    /// Reads a job.
    async fn job(&self, account: &AccountId, id: &JobId) -> Result<Option<Job>, StoreError>;

    /// Lists up to `limit` jobs in `state`, or in any state, newest first.
    async fn jobs(
        &self,
        account: &AccountId,
        state: Option<JobState>,
        limit: u32,
    ) -> Result<Vec<Job>, StoreError>;

    /// Like [`jobs`](Self::jobs), for all accounts.
    async fn all_jobs(
        &self,
        state: Option<JobState>,
        limit: u32,
    ) -> Result<Vec<(AccountId, Job)>, StoreError>;

    /// Whether the account has a job besides `id`.
    async fn has_other_jobs(&self, account: &AccountId, id: &JobId) -> Result<bool, StoreError>;

    /// Makes a job due at `now`, resets its attempts and error, and returns it. A running job is returned
    /// unchanged.
    async fn retry_job(
        &self,
        account: &AccountId,
        id: &JobId,
        now: Timestamp,
    ) -> Result<Option<Job>, StoreError>;

    /// Deletes up to `limit` jobs that ended before `before`, and returns how many were deleted.
    async fn delete_ended_jobs(
        &self,
        account: &AccountId,
        before: Timestamp,
        limit: u32,
    ) -> Result<u64, StoreError>;
}

/// A transaction that can enqueue jobs. They are visible after the commit.
#[async_trait]
pub trait EnqueueJobs: Send {
    /// Adds a job at `now` that is due at `due_at`. If the account has a job with this id:
    ///
    /// - a waiting job becomes due at the earlier of the two times, but keeps its back-off after a failure;
    /// - a running job runs once more after it ends;
    /// - an ended job is replaced.
    async fn enqueue(&mut self, task: &JobTask, now: Timestamp, due_at: Timestamp) -> Result<(), StoreError>;
}

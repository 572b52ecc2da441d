//! Jobs: what an account has to do later, in the background. Nothing here locks an account.
//!
//! Workers ask which accounts have due jobs ([`Jobs::accounts_with_due_jobs`]), the account that has waited
//! longest first, and claim a few jobs of each ([`Jobs::claim_jobs`]). A claim moves the account behind all
//! others that wait, so an account with a million jobs does not delay another's first.

mod records;

use async_trait::async_trait;
use outbound_model::{AccountId, JobId, JobState, JobTask, Timestamp};
pub use records::{ClaimedJob, Job, JobClaim, JobEnd};

use crate::StoreError;

/// The jobs of all accounts.
#[async_trait]
pub trait Jobs: Send + Sync {
    /// Up to `most` accounts that may have jobs due at `now`, with the time since when they wait; the longest
    /// waiting first. Reads an index range of what is due, however many accounts and jobs there are.
    async fn accounts_with_due_jobs(
        &self,
        now: Timestamp,
        most: u32,
    ) -> Result<Vec<(AccountId, Timestamp)>, StoreError>;

    /// Claims due jobs of an account for the caller to run, the longest due first. No other caller, on any
    /// node, gets them before the lease ends. None if another caller claims jobs of this account now.
    async fn claim_jobs(&self, account: &AccountId, claim: JobClaim) -> Result<Vec<ClaimedJob>, StoreError>;

    /// Adds a job that the caller has claimed until `until`, with its first report, JSON. It has a new id. Also
    /// enqueues the maintenance of the account, which deletes the job some time after its end.
    async fn start_job(
        &self,
        account: &AccountId,
        task: &JobTask,
        report: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<ClaimedJob, StoreError>;

    /// Extends the lease of a claimed job, and stores what it reports about its progress, as JSON; `false` if the
    /// claim is lost.
    async fn renew_job(
        &self,
        account: &AccountId,
        job: &ClaimedJob,
        until: Timestamp,
        report: Option<&str>,
    ) -> Result<bool, StoreError>;

    /// Ends the run of a claimed job; `false` if the claim is lost. A job that was enqueued again while it ran
    /// is due again at `now`, unless it failed.
    async fn end_job(
        &self,
        account: &AccountId,
        job: &ClaimedJob,
        end: JobEnd<'_>,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Deletes a job that has ended; nothing happens if there is none, or it has not ended.
    async fn delete_ended_job(&self, account: &AccountId, id: &JobId) -> Result<(), StoreError>;

    /// Enqueues a job in a transaction of its own, as [`EnqueueJobs::enqueue`] does.
    async fn enqueue_job(
        &self,
        account: &AccountId,
        task: &JobTask,
        due_at: Timestamp,
    ) -> Result<(), StoreError>;

    /// A job.
    async fn job(&self, account: &AccountId, id: &JobId) -> Result<Option<Job>, StoreError>;

    /// Up to `most` jobs in one state, or in any, the newest first.
    async fn jobs(
        &self,
        account: &AccountId,
        state: Option<JobState>,
        most: u32,
    ) -> Result<Vec<Job>, StoreError>;

    /// The same of every account.
    async fn all_jobs(&self, state: Option<JobState>, most: u32)
    -> Result<Vec<(AccountId, Job)>, StoreError>;

    /// Whether the account has a job besides `id`.
    async fn has_other_jobs(&self, account: &AccountId, id: &JobId) -> Result<bool, StoreError>;

    /// Makes a job due at `now`, as if it had never failed, and returns it. A job that is running is returned as it
    /// is.
    async fn retry_job(
        &self,
        account: &AccountId,
        id: &JobId,
        now: Timestamp,
    ) -> Result<Option<Job>, StoreError>;

    /// Deletes up to `most` jobs that ended before `before`, and answers how many.
    async fn delete_ended_jobs(
        &self,
        account: &AccountId,
        before: Timestamp,
        most: u32,
    ) -> Result<u64, StoreError>;
}

/// A transaction that can enqueue jobs, which exist once it is committed.
#[async_trait]
pub trait EnqueueJobs: Send {
    /// Adds a job that is due at `due_at`. If the account has one of this id already:
    ///
    /// - a waiting one is due at the earlier of the two times; after a failure it keeps its back-off;
    /// - a running one runs once more when it has ended;
    /// - one that has ended is replaced.
    async fn enqueue(&mut self, task: &JobTask, due_at: Timestamp) -> Result<(), StoreError>;
}

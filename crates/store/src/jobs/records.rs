//! The records of jobs.

use outbound_model::{Invalid, JobId, JobState, JobTask, Timestamp};

/// A job as it is listed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Job {
    /// Its id in the account.
    pub id: JobId,
    /// Its state.
    pub state: JobState,
    /// When it was enqueued for the first time.
    pub created_at: Timestamp,
    /// When it is due; while it runs, when its lease ends. `None` after it has ended.
    pub due_at: Option<Timestamp>,
    /// Number of runs since the last success, including the current one.
    pub attempts: u32,
    /// Why the last run failed.
    pub error: Option<String>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Its progress while it runs, its result after it has ended. JSON.
    pub report: Option<String>,
}

/// How many jobs of an account to claim, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct JobClaim {
    /// The current time.
    pub now: Timestamp,
    /// When the lease ends.
    pub until: Timestamp,
    /// Maximum number of jobs to claim.
    pub limit: u32,
    /// Maximum number of the account's jobs that run at the same time, on all nodes.
    pub max_running: u32,
}

/// A job that the caller has claimed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ClaimedJob {
    /// Its id in the account.
    pub id: JobId,
    /// What to do; an error if this version of Outbound does not know the task.
    pub task: Result<JobTask, Invalid>,
    /// Number of runs since the last success, including this one.
    pub attempts: u32,
    /// Number of the claim. Each later claim of the job has a higher one.
    pub claim: i64,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum JobEnd<'a> {
    /// The job is done and is deleted.
    Done,
    /// The job is done and stays listed with its result, JSON.
    DoneWith(&'a str),
    /// The run succeeded. The job runs again at this time.
    Again(Timestamp),
    /// The run failed with this error. It is retried at this time, or not at all.
    Failed(&'a str, Option<Timestamp>),
    /// The job failed with this error, is not retried, and stays listed with its report, JSON.
    FailedWith(&'a str, &'a str),
}

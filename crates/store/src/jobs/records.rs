//! The records of jobs.

use outbound_model::{Invalid, JobId, JobState, JobTask, Timestamp};

/// A job as it is listed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Job {
    /// Its id in the account.
    pub id: JobId,
    /// Its state.
    pub state: JobState,
    /// When it was enqueued.
    pub created_at: Timestamp,
    /// When it runs; while it is running, when its lease ends. `None` once it has ended.
    pub due_at: Option<Timestamp>,
    /// Runs since the last one that ended well, including one that is under way.
    pub attempts: u32,
    /// Why the last run failed.
    pub error: Option<String>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// What it reports: its progress while it runs, its result once it is done. JSON.
    pub report: Option<String>,
}

/// How many jobs of an account to claim, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct JobClaim {
    /// The present time.
    pub now: Timestamp,
    /// When the lease ends.
    pub until: Timestamp,
    /// The most jobs to claim.
    pub most: u32,
    /// The most jobs of the account that run at a time, on all nodes.
    pub most_running: u32,
}

/// A job that the caller has claimed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ClaimedJob {
    /// Its id in the account.
    pub id: JobId,
    /// What to do; an error if this version of the program does not know it.
    pub task: Result<JobTask, Invalid>,
    /// Runs since the last one that ended well, including this one.
    pub attempts: u32,
    /// The number of the claim: whoever claims the job next gets a higher one.
    pub claim: i64,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum JobEnd<'a> {
    /// It is done, and is not listed any more.
    Done,
    /// It is done and stays listed with its result, JSON.
    DoneWith(&'a str),
    /// All went well; it runs again at this time.
    Again(Timestamp),
    /// It failed with this error, and is retried at this time, or not at all.
    Failed(&'a str, Option<Timestamp>),
    /// It failed with this error for good, and stays listed with its report, JSON.
    FailedWith(&'a str, &'a str),
}

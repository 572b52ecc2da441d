//! Jobs: work that runs later, in the background. All nodes that serve run them, coordinated by the database.
//!
//! `worker` finds and starts due jobs, `run` runs one, `back_off` computes when a failed one is retried. What a
//! job does is defined in the folder of its concern.

mod back_off;
mod counts;
mod list;
mod maintain;
mod run;
mod worker;

pub(crate) use back_off::jittered;
pub use counts::JobCounts;
pub(crate) use run::{JobOutcome, LEASE_SECONDS};

use std::time::Duration;

use crate::App;

/// How long a job runs at a time. If there is more to do, it becomes due again, so that other jobs get a turn.
pub(crate) const MAX_RUN: Duration = Duration::from_secs(2);
/// Maximum rows deleted by one statement, so that other writers do not wait long.
pub(crate) const PRUNE_BATCH: u32 = 1000;

impl App {
    /// Counters of jobs of this process.
    pub fn job_counts(&self) -> &JobCounts {
        &self.job_counts
    }
}

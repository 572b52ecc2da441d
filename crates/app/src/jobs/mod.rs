//! Jobs: work that runs later, in the background. Every node that serves runs them; they share the work through
//! the database.
//!
//! `worker` finds due jobs and starts them, `run` runs one, `back_off` says when a failed one is retried. What a
//! job does is a function of the concern that it belongs to.

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

/// How long a job with more to do keeps its place among those that run, before it is due again.
pub(crate) const MAX_RUN: Duration = Duration::from_secs(2);
/// Rows that one statement deletes, so that other writers wait only for that many.
pub(crate) const PRUNE_BATCH: u32 = 1000;

impl App {
    /// What this process counts about jobs.
    pub fn job_counts(&self) -> &JobCounts {
        &self.job_counts
    }
}

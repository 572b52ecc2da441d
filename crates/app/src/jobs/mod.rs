//! Jobs: work that runs later, in the background. Every node that serves runs them; they share the work through
//! the database.
//!
//! `worker` finds due jobs and starts them, `run` runs one, `back_off` says when a failed one is retried. What a
//! job does is a function of the concern that it belongs to.

mod back_off;
mod counts;
mod run;
mod worker;

pub use counts::JobCounts;
pub(crate) use run::JobOutcome;

use crate::App;

impl App {
    /// What this process counts about jobs.
    pub fn job_counts(&self) -> &JobCounts {
        &self.job_counts
    }
}

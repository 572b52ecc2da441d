//! Counters of jobs, for metrics.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Runs of jobs by kind, and the state of the queue, as this process sees it.
#[derive(Debug, Default)]
pub struct JobCounts {
    runs: Mutex<BTreeMap<&'static str, JobRuns>>,
    running: AtomicUsize,
    lag_millis: AtomicI64,
}

/// Completed runs of one kind of job.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct JobRuns {
    /// Runs without an error.
    pub succeeded: u64,
    /// Runs with an error.
    pub failed: u64,
}

impl JobCounts {
    pub(crate) fn count(&self, kind: &'static str, succeeded: bool) {
        let mut runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        let runs = runs.entry(kind).or_default();
        let counter = if succeeded { &mut runs.succeeded } else { &mut runs.failed };
        *counter += 1;
    }

    pub(super) fn set_running(&self, running: usize) {
        self.running.store(running, Ordering::Relaxed);
    }

    pub(super) fn set_lag(&self, millis: i64) {
        self.lag_millis.store(millis, Ordering::Relaxed);
    }

    /// Completed runs, by kind of job.
    pub fn runs(&self) -> Vec<(&'static str, JobRuns)> {
        let runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        runs.iter().map(|(kind, runs)| (*kind, *runs)).collect()
    }

    /// Number of jobs that this process is running.
    pub fn running(&self) -> usize {
        self.running.load(Ordering::Relaxed)
    }

    /// How long the account with the oldest due job had waited at the last poll, in milliseconds. It does not
    /// depend on the number of due jobs.
    pub fn lag_millis(&self) -> i64 {
        self.lag_millis.load(Ordering::Relaxed)
    }
}

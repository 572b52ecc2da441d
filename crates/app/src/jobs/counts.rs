//! What a process counts about its jobs, for metrics.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Runs of jobs by kind, and the state of the queue.
#[derive(Debug, Default)]
pub struct JobCounts {
    runs: Mutex<BTreeMap<&'static str, Runs>>,
    running: AtomicUsize,
    lag_millis: AtomicI64,
}

/// Runs of one kind that have ended.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Runs {
    /// Those that went well.
    pub succeeded: u64,
    /// Those that failed.
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

    /// Runs that have ended, by the kind of job.
    pub fn runs(&self) -> Vec<(&'static str, Runs)> {
        let runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        runs.iter().map(|(kind, runs)| (*kind, *runs)).collect()
    }

    /// Jobs that this process runs now.
    pub fn running(&self) -> usize {
        self.running.load(Ordering::Relaxed)
    }

    /// For how many milliseconds the account that has waited longest had waited for its turn when this process last
    /// looked. How many jobs of one account are due is not in it.
    pub fn lag_millis(&self) -> i64 {
        self.lag_millis.load(Ordering::Relaxed)
    }
}

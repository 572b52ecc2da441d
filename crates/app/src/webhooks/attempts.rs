//! What a process counts about its attempts to deliver, for metrics.

use std::sync::atomic::{AtomicU64, Ordering};

/// How many attempts of this process succeeded, and how many failed.
#[derive(Debug, Default)]
pub struct AttemptCounts {
    delivered: AtomicU64,
    failed: AtomicU64,
}

impl AttemptCounts {
    pub(super) fn count(&self, delivered: bool) {
        let counter = if delivered { &self.delivered } else { &self.failed };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// Those that the receiver has accepted.
    pub fn delivered(&self) -> u64 {
        self.delivered.load(Ordering::Relaxed)
    }

    /// Those that failed.
    pub fn failed(&self) -> u64 {
        self.failed.load(Ordering::Relaxed)
    }
}

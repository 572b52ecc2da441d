//! Counters of delivery attempts, for metrics.

use std::sync::atomic::{AtomicU64, Ordering};

/// Numbers of successful and failed delivery attempts of this process.
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

    /// Attempts that the receiver accepted.
    pub fn delivered(&self) -> u64 {
        self.delivered.load(Ordering::Relaxed)
    }

    /// Attempts that failed.
    pub fn failed(&self) -> u64 {
        self.failed.load(Ordering::Relaxed)
    }
}

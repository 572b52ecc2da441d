//! The cached revision of one account.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use outbound_model::{AccountId, Clock, Monotonic};
use outbound_store::{Store, StoreError};
use tokio::sync::{Mutex, Notify};

/// Time between two attempts while the database is unavailable.
const RETRY_INTERVAL: Duration = Duration::from_millis(500);

/// A revision and whether it is current.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct KnownRevision {
    pub(crate) revision: i64,
    /// Its age in seconds if the database is unavailable; `None` if it is current.
    pub(crate) stale_seconds: Option<u64>,
}

/// The cached revision of one account, and the state of its reads.
pub(super) struct RevisionEntry {
    /// Negative until the first read.
    revision: AtomicI64,
    /// When the read that returned the revision began.
    pub(super) read_at: AtomicMonotonic,
    /// When a read last failed because the database was unavailable.
    failed_at: AtomicMonotonic,
    /// When the last read began that failed because no connection was free.
    pub(super) busy_at: AtomicMonotonic,
    /// Whether the database was unavailable at the last read.
    pub(super) unavailable: AtomicBool,
    pub(super) is_reading_in_background: AtomicBool,
    /// Held during a read, so that concurrent callers share one.
    pub(super) reading: Mutex<()>,
    /// Notified when the revision increases.
    pub(super) increased: Notify,
}

impl Default for RevisionEntry {
    fn default() -> Self {
        Self {
            revision: AtomicI64::new(-1),
            read_at: AtomicMonotonic::never(),
            failed_at: AtomicMonotonic::never(),
            busy_at: AtomicMonotonic::never(),
            unavailable: AtomicBool::new(false),
            is_reading_in_background: AtomicBool::new(false),
            reading: Mutex::default(),
            increased: Notify::new(),
        }
    }
}

impl RevisionEntry {
    pub(super) fn revision(&self) -> i64 {
        self.revision.load(Ordering::Acquire)
    }

    pub(super) fn get(&self, stale_seconds: Option<u64>) -> KnownRevision {
        KnownRevision { revision: self.revision(), stale_seconds }
    }

    pub(super) fn age(&self, now: Monotonic) -> Duration {
        now.since(self.read_at.load())
    }

    pub(super) fn failed_recently(&self, now: Monotonic) -> bool {
        now.since(self.failed_at.load()) < RETRY_INTERVAL
    }

    /// Revisions only increase, so a lower one is outdated and ignored.
    pub(super) fn advance_to(&self, revision: i64) {
        if self.revision.fetch_max(revision, Ordering::AcqRel) < revision {
            self.increased.notify_waiters();
        }
    }

    pub(super) fn record_read(&self, revision: i64, began: Monotonic) {
        self.advance_to(revision);
        self.read_at.advance_to(began);
        self.unavailable.store(false, Ordering::Release);
    }

    /// A busy database is not unavailable: others may be using all connections for a moment.
    fn record_failure(&self, error: &StoreError, began: Monotonic, ended: Monotonic) {
        match error {
            // Use the end, because the read may have taken seconds to fail.
            StoreError::Unavailable(_) => {
                self.failed_at.advance_to(ended);
                self.unavailable.store(true, Ordering::Release);
            }
            StoreError::Busy(_) => self.busy_at.advance_to(began),
            _ => {}
        }
    }
}

/// A time that several threads can advance.
pub(super) struct AtomicMonotonic(AtomicI64);

impl AtomicMonotonic {
    pub(super) fn never() -> Self {
        Self(AtomicI64::new(Monotonic::NEVER.micros()))
    }

    pub(super) fn load(&self) -> Monotonic {
        Monotonic::from_micros(self.0.load(Ordering::Acquire))
    }

    /// Does nothing if the stored time is later.
    pub(super) fn advance_to(&self, moment: Monotonic) {
        self.0.fetch_max(moment.micros(), Ordering::AcqRel);
    }
}

/// Reads the revision from the store.
pub(super) async fn read_revision(
    entry: &RevisionEntry,
    store: &dyn Store,
    clock: &dyn Clock,
    account: &AccountId,
) -> Result<(), StoreError> {
    let began = clock.monotonic();
    match store.revision(account).await {
        // An unknown account has no revision; 0 is lower than any.
        Ok(revision) => {
            entry.record_read(revision.unwrap_or(0), began);
            Ok(())
        }
        Err(error) => {
            entry.record_failure(&error, began, clock.monotonic());
            Err(error)
        }
    }
}

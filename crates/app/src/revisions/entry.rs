//! What this node knows of the revision of one account.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use outbound_model::{AccountId, Clock, Monotonic};
use outbound_store::{Store, StoreError};
use tokio::sync::{Mutex, Notify};

/// Time between two attempts while the database is unavailable.
const RETRY_INTERVAL: Duration = Duration::from_millis(500);

/// A revision, and how far it can be trusted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct KnownRevision {
    pub(crate) revision: i64,
    /// How old it is in seconds, when the database is away; `None` when it is current.
    pub(crate) stale_seconds: Option<u64>,
}

/// What is known of one account.
pub(super) struct Entry {
    /// Below 0 as long as nothing is known.
    revision: AtomicI64,
    /// When the read that answered the revision began.
    pub(super) asked_at: AtomicMonotonic,
    failed_at: AtomicMonotonic,
    /// Whether the last read failed.
    pub(super) unavailable: AtomicBool,
    pub(super) asking_in_background: AtomicBool,
    /// Held while asking, so that many readers ask once.
    pub(super) asking: Mutex<()>,
    /// Wakes who waits for the revision to move.
    pub(super) moved: Notify,
}

impl Default for Entry {
    fn default() -> Self {
        Self {
            revision: AtomicI64::new(-1),
            asked_at: AtomicMonotonic::never(),
            failed_at: AtomicMonotonic::never(),
            unavailable: AtomicBool::new(false),
            asking_in_background: AtomicBool::new(false),
            asking: Mutex::default(),
            moved: Notify::new(),
        }
    }
}

impl Entry {
    pub(super) fn revision(&self) -> i64 {
        self.revision.load(Ordering::Acquire)
    }

    pub(super) fn known(&self, stale_seconds: Option<u64>) -> KnownRevision {
        KnownRevision { revision: self.revision(), stale_seconds }
    }

    pub(super) fn age(&self, now: Monotonic) -> Duration {
        now.since(self.asked_at.load())
    }

    pub(super) fn failed_recently(&self, now: Monotonic) -> bool {
        now.since(self.failed_at.load()) < RETRY_INTERVAL
    }

    /// Revisions only grow, so an answer that was overtaken changes nothing.
    pub(super) fn hear(&self, revision: i64) {
        if self.revision.fetch_max(revision, Ordering::AcqRel) < revision {
            self.moved.notify_waiters();
        }
    }

    pub(super) fn learn(&self, revision: i64, asked_at: Monotonic) {
        self.hear(revision);
        self.asked_at.advance_to(asked_at);
        self.unavailable.store(false, Ordering::Release);
    }

    pub(super) fn fail(&self, at: Monotonic) {
        self.failed_at.advance_to(at);
        self.unavailable.store(true, Ordering::Release);
    }
}

/// A moment that several threads move forwards.
pub(super) struct AtomicMonotonic(AtomicI64);

impl AtomicMonotonic {
    pub(super) fn never() -> Self {
        Self(AtomicI64::new(Monotonic::NEVER.micros()))
    }

    pub(super) fn load(&self) -> Monotonic {
        Monotonic::from_micros(self.0.load(Ordering::Acquire))
    }

    /// A later moment stays.
    pub(super) fn advance_to(&self, moment: Monotonic) {
        self.0.fetch_max(moment.micros(), Ordering::AcqRel);
    }
}

/// Asks the store for the revision.
pub(super) async fn ask(
    entry: &Entry,
    store: &dyn Store,
    clock: &dyn Clock,
    account: &AccountId,
) -> Result<(), StoreError> {
    let asked_at = clock.monotonic();
    match store.revision(account).await {
        // An account that is not there has no revision; 0 is older than any.
        Ok(revision) => {
            entry.learn(revision.unwrap_or(0), asked_at);
            Ok(())
        }
        // Counted from now, because the attempt may have taken seconds to fail.
        Err(error) => {
            entry.fail(clock.monotonic());
            Err(error)
        }
    }
}

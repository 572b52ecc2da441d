//! Cached revisions of the accounts, so that reads of cached data do not need the database.
//!
//! Every write to an account increases its revision. A node's own writes are recorded here at once, and
//! PostgreSQL notifies nodes about each other's writes (`changes`). As a safety net, a revision is read again when
//! it is half a second old, and none older than a second is used while the database is available.
//!
//! Ages are measured with the monotonic clock, so a step of the wall clock has no effect. A slow database is not an
//! error: readers wait for it, within the time limit of their request.

mod entry;

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use outbound_model::{AccountId, Clock, Monotonic};
use outbound_store::{Store, StoreError};
use quick_cache::sync::Cache;
use tokio::time::timeout;
use tracing::Instrument;

use crate::{AppError, error_chain};
use entry::{AtomicMonotonic, RevisionEntry, read_revision};

pub(crate) use entry::KnownRevision;

/// Age after which a revision is read again in the background.
const REFRESH_AGE: Duration = Duration::from_millis(500);
/// Maximum age of a revision while the database is available.
const MAX_AGE: Duration = Duration::from_secs(1);
/// How long [`Revisions::wait_for_change`] waits for a notification.
const MAX_WAIT: Duration = Duration::from_millis(250);
/// Maximum number of cached accounts.
const CACHE_CAPACITY: usize = 100_000;

/// The revisions of all accounts that this node reads.
pub(crate) struct Revisions {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    entries: Cache<AccountId, Arc<RevisionEntry>>,
    /// Maximum age of a revision while the database is unavailable.
    max_stale: Duration,
    /// Revisions that were read earlier are invalid.
    valid_from: AtomicMonotonic,
}

impl Revisions {
    /// Uses revisions for up to `stale_seconds` while the database is unavailable.
    pub(crate) fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, stale_seconds: u32) -> Self {
        Self {
            store,
            clock,
            entries: Cache::new(CACHE_CAPACITY),
            max_stale: Duration::from_secs(stale_seconds.into()),
            valid_from: AtomicMonotonic::never(),
        }
    }

    /// Records a revision that was read or written by an operation that began at `began`.
    pub(crate) fn record(&self, account: &AccountId, revision: i64, began: Monotonic) {
        self.entry(account).record_read(revision, began);
    }

    /// Records a write of another node, if this node reads the account. Does not extend the lifetime of the cached
    /// revision, because the next notification may be lost.
    pub(crate) fn record_notification(&self, account: &AccountId, revision: i64) {
        if let Some(entry) = self.entries.get(account) {
            entry.advance_to(revision);
        }
    }

    /// Waits until the account's revision is above `seen`, but not longer than [`MAX_WAIT`]. Callers then call
    /// [`current`](Self::current), which works without notifications, too.
    pub(crate) async fn wait_for_change(&self, account: &AccountId, seen: i64) {
        let entry = self.entry(account);
        let mut increased = pin!(entry.increased.notified());
        // Register before the check, so that no increase is missed between the two.
        increased.as_mut().enable();
        if entry.revision() <= seen {
            let _ = timeout(MAX_WAIT, increased).await;
        }
    }

    /// Requires that every revision is read again before its next use, because notifications may have been missed.
    pub(crate) fn invalidate_all(&self) {
        self.valid_from.advance_to(self.clock.monotonic());
    }

    /// The account's revision, at most one second old when this call began. Reads the store if necessary. While
    /// the database is known to be unavailable, returns a stale revision at once.
    pub(crate) async fn current(&self, account: &AccountId) -> Result<KnownRevision, AppError> {
        let entry = self.entry(account);
        let now = self.clock.monotonic();
        if let Some(known) = self.fresh(&entry, now) {
            if entry.age(now) >= REFRESH_AGE {
                self.read_in_background(&entry, account);
            }
            return Ok(known);
        }
        if entry.unavailable.load(Ordering::Acquire)
            && let Some(known) = self.stale(&entry, now)
        {
            if !entry.failed_recently(now) {
                self.read_in_background(&entry, account);
            }
            return Ok(known);
        }
        self.read_once(&entry, account, now).await
    }

    /// One caller reads the store while the others wait for the result.
    async fn read_once(
        &self,
        entry: &RevisionEntry,
        account: &AccountId,
        arrived: Monotonic,
    ) -> Result<KnownRevision, AppError> {
        let _reading = entry.reading.lock().await;
        // A read that began after this caller arrived is current for it, however long it took.
        if entry.read_at.load() >= arrived {
            return Ok(entry.get(None));
        }
        // So is the failure of such a read: this caller has waited at least as long for a connection. If each caller
        // tried in turn, most would exceed the time limit of their request.
        if entry.busy_at.load() >= arrived {
            return Err(
                StoreError::Busy("an earlier read of the revision found no free connection".into()).into()
            );
        }
        let now = self.clock.monotonic();
        if let Some(known) = self.fresh(entry, now) {
            return Ok(known);
        }
        let error = if entry.failed_recently(now) {
            StoreError::Unavailable("the last attempt to reach it has just failed".into())
        } else {
            match read_revision(entry, &*self.store, &*self.clock, account).await {
                Ok(()) => return Ok(entry.get(None)),
                Err(error) => error,
            }
        };
        let stale = self.stale(entry, self.clock.monotonic());
        stale.filter(|_| matches!(error, StoreError::Unavailable(_))).ok_or(error.into())
    }

    fn fresh(&self, entry: &RevisionEntry, now: Monotonic) -> Option<KnownRevision> {
        let valid = entry.read_at.load() >= self.valid_from.load();
        (valid && entry.age(now) < MAX_AGE).then(|| entry.get(None))
    }

    fn stale(&self, entry: &RevisionEntry, now: Monotonic) -> Option<KnownRevision> {
        let age = entry.age(now);
        let usable = age < self.max_stale && entry.revision() >= 0;
        usable.then(|| entry.get(Some(age.as_secs())))
    }

    fn entry(&self, account: &AccountId) -> Arc<RevisionEntry> {
        if let Some(entry) = self.entries.get(account) {
            return entry;
        }
        let inserted =
            self.entries.get_or_insert_with(account, || Ok::<_, std::convert::Infallible>(Arc::default()));
        inserted.unwrap_or_else(|never| match never {})
    }

    fn read_in_background(&self, entry: &Arc<RevisionEntry>, account: &AccountId) {
        if entry.is_reading_in_background.swap(true, Ordering::AcqRel) {
            return;
        }
        let (entry, account) = (entry.clone(), account.clone());
        let (store, clock) = (self.store.clone(), self.clock.clone());
        let read = async move {
            let guard = BackgroundReadGuard(entry);
            if let Err(error) = read_revision(&guard.0, &*store, &*clock, &account).await {
                tracing::warn!(%account, error = error_chain(&error), "cannot read the account's revision");
            }
        };
        tokio::spawn(read.in_current_span());
    }
}

/// Marks a background read as ended, even if it panics. Otherwise there would never be another.
struct BackgroundReadGuard(Arc<RevisionEntry>);

impl Drop for BackgroundReadGuard {
    fn drop(&mut self) {
        self.0.is_reading_in_background.store(false, Ordering::Release);
    }
}

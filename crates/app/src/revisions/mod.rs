//! What this node knows of each account's revision, so that a read needs no database (design §7).
//!
//! Every write to an account moves its revision, and a node's own writes are noted here at once.
//! The database notifies nodes of other processes' writes where it can (`changes`). As a safety net a
//! revision is read again when it is half a second old, and none older than a second is served while the
//! database answers.
//!
//! Ages are measured with the monotonic clock, so a step of the wall clock changes nothing. A slow answer is
//! not an error: readers wait for it, within the time limit of their request.

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
use entry::{AtomicMonotonic, Entry, ask};

pub(crate) use entry::KnownRevision;

/// From this age on a revision is read again in the background.
const REFRESH_AGE: Duration = Duration::from_millis(500);
/// No older revision is served while the database answers.
const MAX_AGE: Duration = Duration::from_secs(1);
/// Whoever waits for a revision to move looks this often whether it is time to ask again.
const LOOK_AGAIN: Duration = Duration::from_millis(250);
/// So many accounts are remembered; one that is forgotten is asked for anew.
const ACCOUNTS: usize = 100_000;

/// The revisions of all accounts that this node reads.
pub(crate) struct Revisions {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    entries: Cache<AccountId, Arc<Entry>>,
    /// How long a revision is served while the database is unavailable.
    max_stale: Duration,
    /// Revisions read before this moment are read again.
    trusted_from: AtomicMonotonic,
}

impl Revisions {
    /// Serves what is known for `stale_seconds` while the database is away.
    pub(crate) fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, stale_seconds: u32) -> Self {
        Self {
            store,
            clock,
            entries: Cache::new(ACCOUNTS),
            max_stale: Duration::from_secs(stale_seconds.into()),
            trusted_from: AtomicMonotonic::never(),
        }
    }

    /// Notes a revision that was read or written by an operation that began at `began`.
    pub(crate) fn note(&self, account: &AccountId, revision: i64, began: Monotonic) {
        self.entry(account).learn(revision, began);
    }

    /// Notes what another node wrote, if anybody here reads that account. It makes what is known no
    /// younger: the next such word may be lost.
    pub(crate) fn hear(&self, account: &AccountId, revision: i64) {
        if let Some(entry) = self.entries.get(account) {
            entry.hear(revision);
        }
    }

    /// Waits until the account's revision is known to be above `seen`, or until it is time to call
    /// [`current`](Self::current), which asks where nobody sends word.
    pub(crate) async fn moved(&self, account: &AccountId, seen: i64) {
        let entry = self.entry(account);
        let mut moved = pin!(entry.moved.notified());
        // Before the look, so that no move falls between the two.
        moved.as_mut().enable();
        if entry.revision() <= seen {
            let _ = timeout(LOOK_AGAIN, moved).await;
        }
    }

    /// Has every revision asked for again before it is served: word of a change may have been missed.
    pub(crate) fn distrust(&self) {
        self.trusted_from.advance_to(self.clock.monotonic());
    }

    /// The account's revision, at most a second old when this call began. Reads the store if necessary. While
    /// the database is known to be unavailable, answers a stale revision at once.
    pub(crate) async fn current(&self, account: &AccountId) -> Result<KnownRevision, AppError> {
        let entry = self.entry(account);
        let now = self.clock.monotonic();
        if let Some(known) = self.fresh(&entry, now) {
            if entry.age(now) >= REFRESH_AGE {
                self.ask_in_background(&entry, account);
            }
            return Ok(known);
        }
        if entry.unavailable.load(Ordering::Acquire)
            && let Some(known) = self.stale(&entry, now)
        {
            if !entry.failed_recently(now) {
                self.ask_in_background(&entry, account);
            }
            return Ok(known);
        }
        self.ask_in_turn(&entry, account, now).await
    }

    /// One caller reads the store while the others wait for its answer.
    async fn ask_in_turn(
        &self,
        entry: &Entry,
        account: &AccountId,
        arrived: Monotonic,
    ) -> Result<KnownRevision, AppError> {
        let _asking = entry.asking.lock().await;
        // A read that began after this caller arrived is current for it, however long it took.
        if entry.asked_at.load() >= arrived {
            return Ok(entry.known(None));
        }
        let now = self.clock.monotonic();
        if let Some(known) = self.fresh(entry, now) {
            return Ok(known);
        }
        let error = if entry.failed_recently(now) {
            StoreError::Unavailable("it was unavailable a moment ago".into())
        } else {
            match ask(entry, &*self.store, &*self.clock, account).await {
                Ok(()) => return Ok(entry.known(None)),
                Err(error) => error,
            }
        };
        let stale = self.stale(entry, self.clock.monotonic());
        stale.filter(|_| matches!(error, StoreError::Unavailable(_))).ok_or(error.into())
    }

    fn fresh(&self, entry: &Entry, now: Monotonic) -> Option<KnownRevision> {
        let trusted = entry.asked_at.load() >= self.trusted_from.load();
        (trusted && entry.age(now) < MAX_AGE).then(|| entry.known(None))
    }

    fn stale(&self, entry: &Entry, now: Monotonic) -> Option<KnownRevision> {
        let age = entry.age(now);
        let usable = age < self.max_stale && entry.revision() >= 0;
        usable.then(|| entry.known(Some(age.as_secs())))
    }

    fn entry(&self, account: &AccountId) -> Arc<Entry> {
        if let Some(entry) = self.entries.get(account) {
            return entry;
        }
        let made =
            self.entries.get_or_insert_with(account, || Ok::<_, std::convert::Infallible>(Arc::default()));
        made.unwrap_or_else(|never| match never {})
    }

    fn ask_in_background(&self, entry: &Arc<Entry>, account: &AccountId) {
        if entry.asking_in_background.swap(true, Ordering::AcqRel) {
            return;
        }
        let (entry, account) = (entry.clone(), account.clone());
        let (store, clock) = (self.store.clone(), self.clock.clone());
        let asking = async move {
            let asking = Asking(entry);
            if let Err(error) = ask(&asking.0, &*store, &*clock, &account).await {
                tracing::warn!(%account, error = error_chain(&error), "cannot ask for the account's revision");
            }
        };
        tokio::spawn(asking.in_current_span());
    }
}

/// Ends a read in the background, also where it panics: or there would never be another.
struct Asking(Arc<Entry>);

impl Drop for Asking {
    fn drop(&mut self) {
        self.0.asking_in_background.store(false, Ordering::Release);
    }
}

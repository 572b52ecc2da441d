//! What this node knows of each account's revision, so that a read needs no database (design §7).
//!
//! Every write to an account moves its revision, and a node's own writes are noted here at once.
//! Of writes by others, nodes or command lines, the database sends word where it can (`changes`). The
//! net under that is to ask again once what is known is half a second old; nothing older than a
//! second is served while the database answers.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use outbound_model::{AccountId, Clock, Timestamp};
use outbound_store::{Store, StoreError};
use quick_cache::sync::Cache;
use tokio::sync::{Mutex, Notify};
use tokio::time::timeout;

use crate::AppError;

/// From this age on, somebody asks again, while others are still served what is known.
const ASK_AGAIN_MILLIS: i64 = 500;
/// Nothing older is served while the database answers.
const FRESH_MILLIS: i64 = 1000;
/// While the database is away, it is tried this often.
const RETRY_MILLIS: i64 = 500;
/// Whoever waits for a revision to move looks this often whether it is time to ask again.
const LOOK_AGAIN: Duration = Duration::from_millis(250);
/// So many accounts are remembered; one that is forgotten is asked for anew.
const ACCOUNTS: usize = 100_000;

/// A revision, and how far it can be trusted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Known {
    pub(crate) revision: i64,
    /// How old it is in seconds, when the database is away; `None` when it is current.
    pub(crate) stale_seconds: Option<i64>,
}

/// What is known of one account.
struct Entry {
    /// Below 0 as long as nothing is known.
    revision: AtomicI64,
    asked_at: AtomicI64,
    failed_at: AtomicI64,
    asking_in_background: AtomicBool,
    /// Held while asking, so that many readers ask once.
    asking: Mutex<()>,
    /// Wakes who waits for the revision to move.
    moved: Notify,
}

impl Default for Entry {
    fn default() -> Self {
        Self {
            revision: AtomicI64::new(-1),
            asked_at: AtomicI64::new(i64::MIN / 2),
            failed_at: AtomicI64::new(i64::MIN / 2),
            asking_in_background: AtomicBool::new(false),
            asking: Mutex::default(),
            moved: Notify::new(),
        }
    }
}

impl Entry {
    fn revision(&self) -> i64 {
        self.revision.load(Ordering::Acquire)
    }

    fn age(&self, now: Timestamp) -> i64 {
        now.millis().saturating_sub(self.asked_at.load(Ordering::Acquire))
    }

    fn failed_within(&self, millis: i64, now: Timestamp) -> bool {
        now.millis().saturating_sub(self.failed_at.load(Ordering::Acquire)) < millis
    }

    /// Whether the last answer was that there is none.
    fn is_away(&self) -> bool {
        self.failed_at.load(Ordering::Acquire) > self.asked_at.load(Ordering::Acquire)
    }

    /// Revisions only grow, so an answer that was overtaken changes nothing.
    fn hear(&self, revision: i64) {
        if self.revision.fetch_max(revision, Ordering::AcqRel) < revision {
            self.moved.notify_waiters();
        }
    }

    fn learn(&self, revision: i64, asked_at: Timestamp) {
        self.hear(revision);
        self.asked_at.fetch_max(asked_at.millis(), Ordering::AcqRel);
    }
}

/// The revisions of all accounts that this node reads.
pub(crate) struct Revisions {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    entries: Cache<AccountId, Arc<Entry>>,
    stale_millis: i64,
    /// What was asked for earlier is asked for again.
    trusted_from: AtomicI64,
}

impl Revisions {
    /// Serves what is known for `stale_seconds` while the database is away.
    pub(crate) fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, stale_seconds: u32) -> Self {
        Self {
            store,
            clock,
            entries: Cache::new(ACCOUNTS),
            stale_millis: i64::from(stale_seconds) * 1000,
            trusted_from: AtomicI64::new(i64::MIN),
        }
    }

    /// Notes a revision that was just read or written.
    pub(crate) fn note(&self, account: &AccountId, revision: i64, at: Timestamp) {
        self.entry(account).learn(revision, at);
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
        self.trusted_from.fetch_max(self.clock.now().millis(), Ordering::AcqRel);
    }

    /// The account's revision, not older than a second; asks the store where it must. While the
    /// database is known to be away nobody waits for it.
    pub(crate) async fn current(&self, account: &AccountId) -> Result<Known, AppError> {
        let entry = self.entry(account);
        let now = self.clock.now();
        if let Some(known) = self.fresh(&entry, now) {
            if entry.age(now) >= ASK_AGAIN_MILLIS {
                self.ask_in_background(&entry, account);
            }
            return Ok(known);
        }
        if let Some(known) = self.stale(&entry, now).filter(|_| entry.is_away()) {
            if !entry.failed_within(RETRY_MILLIS, now) {
                self.ask_in_background(&entry, account);
            }
            return Ok(known);
        }
        self.ask_in_turn(&entry, account).await
    }

    /// One asks while the others wait for its answer.
    async fn ask_in_turn(&self, entry: &Entry, account: &AccountId) -> Result<Known, AppError> {
        let _asking = entry.asking.lock().await;
        // Time has passed: somebody may have asked meanwhile, or just failed to.
        let now = self.clock.now();
        let ask_now = self.fresh(entry, now).is_none() && !entry.failed_within(RETRY_MILLIS, now);
        let failure =
            if ask_now { ask(entry, &*self.store, &*self.clock, account).await.err() } else { None };
        let now = self.clock.now();
        if let Some(known) = self.fresh(entry, now) {
            return Ok(known);
        }
        match (failure, self.stale(entry, now)) {
            (Some(error), _) if !matches!(error, StoreError::Unavailable(_)) => Err(error.into()),
            (_, Some(known)) => Ok(known),
            (Some(error), None) => Err(error.into()),
            (None, None) => Err(StoreError::Unavailable("it was away a moment ago".into()).into()),
        }
    }

    fn fresh(&self, entry: &Entry, now: Timestamp) -> Option<Known> {
        let trusted = entry.asked_at.load(Ordering::Acquire) >= self.trusted_from.load(Ordering::Acquire);
        let fresh = trusted && (0..FRESH_MILLIS).contains(&entry.age(now));
        fresh.then(|| Known { revision: entry.revision(), stale_seconds: None })
    }

    fn stale(&self, entry: &Entry, now: Timestamp) -> Option<Known> {
        let age = entry.age(now);
        let usable = (0..self.stale_millis).contains(&age) && entry.revision() >= 0;
        usable.then(|| Known { revision: entry.revision(), stale_seconds: Some(age / 1000) })
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
        tokio::spawn(async move {
            if let Err(error) = ask(&entry, &*store, &*clock, &account).await {
                tracing::warn!(%account, %error, "cannot ask for the account's revision");
            }
            entry.asking_in_background.store(false, Ordering::Release);
        });
    }
}

async fn ask(
    entry: &Entry,
    store: &dyn Store,
    clock: &dyn Clock,
    account: &AccountId,
) -> Result<(), StoreError> {
    let asked_at = clock.now();
    match store.read(account).revision().await {
        // An account that is not there has no revision; 0 is older than any.
        Ok(revision) => {
            entry.learn(revision.unwrap_or(0), asked_at);
            Ok(())
        }
        // From now, not from when it was asked: it may have taken seconds to fail.
        Err(error) => {
            entry.failed_at.fetch_max(clock.now().millis(), Ordering::AcqRel);
            Err(error)
        }
    }
}

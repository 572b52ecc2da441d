//! What this node knows of each account's revision, so that a read needs no database (design §7).
//!
//! Every write to an account moves its revision, and a node's own writes are noted here at once.
//! Writes of others, nodes or command lines, are found by asking the database again once what is
//! known is half a second old; nothing older than a second is served while the database answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use outbound_model::{AccountId, Timestamp};
use outbound_store::{Store, StoreError};
use quick_cache::sync::Cache;
use tokio::sync::Mutex;

use crate::AppError;

/// From this age on, somebody asks again, while others are still served what is known.
const ASK_AGAIN_MILLIS: i64 = 500;
/// Nothing older is served while the database answers.
const FRESH_MILLIS: i64 = 1000;
/// While the database is away, it is tried this often.
const RETRY_MILLIS: i64 = 500;
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
}

impl Default for Entry {
    fn default() -> Self {
        Self {
            revision: AtomicI64::new(-1),
            asked_at: AtomicI64::new(i64::MIN / 2),
            failed_at: AtomicI64::new(i64::MIN / 2),
            asking_in_background: AtomicBool::new(false),
            asking: Mutex::default(),
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

    /// Revisions only grow, so an answer that was overtaken changes nothing.
    fn learn(&self, revision: i64, asked_at: Timestamp) {
        self.revision.fetch_max(revision, Ordering::AcqRel);
        self.asked_at.fetch_max(asked_at.millis(), Ordering::AcqRel);
    }
}

/// The revisions of all accounts that this node reads.
pub(crate) struct Revisions {
    entries: Cache<AccountId, Arc<Entry>>,
    stale_millis: i64,
}

impl Revisions {
    /// Serves what is known for `stale_seconds` while the database is away.
    pub(crate) fn new(stale_seconds: u32) -> Self {
        Self { entries: Cache::new(ACCOUNTS), stale_millis: i64::from(stale_seconds) * 1000 }
    }

    /// Notes a revision that was just read or written.
    pub(crate) fn note(&self, account: &AccountId, revision: i64, at: Timestamp) {
        self.entry(account).learn(revision, at);
    }

    /// The account's revision, not older than a second; asks the store where it must.
    pub(crate) async fn current(
        &self,
        store: &Arc<dyn Store>,
        account: &AccountId,
        now: Timestamp,
    ) -> Result<Known, AppError> {
        let entry = self.entry(account);
        let age = entry.age(now);
        if (0..FRESH_MILLIS).contains(&age) {
            if age >= ASK_AGAIN_MILLIS && !entry.asking_in_background.swap(true, Ordering::AcqRel) {
                ask_in_background(entry.clone(), store.clone(), account.clone(), now);
            }
            return Ok(Known { revision: entry.revision(), stale_seconds: None });
        }
        let _asking = entry.asking.lock().await;
        // Somebody may have asked meanwhile, or just failed to.
        let asked = !(0..FRESH_MILLIS).contains(&entry.age(now)) && !entry.failed_within(RETRY_MILLIS, now);
        let failure = if asked { ask(&entry, store, account, now).await.err() } else { None };
        let age = entry.age(now);
        if (0..FRESH_MILLIS).contains(&age) {
            return Ok(Known { revision: entry.revision(), stale_seconds: None });
        }
        match failure {
            Some(error) if !matches!(error, StoreError::Unavailable(_)) => Err(error.into()),
            _ if (0..self.stale_millis).contains(&age) && entry.revision() >= 0 => {
                Ok(Known { revision: entry.revision(), stale_seconds: Some(age / 1000) })
            }
            Some(error) => Err(error.into()),
            None => Err(StoreError::Unavailable("it was away a moment ago".into()).into()),
        }
    }

    fn entry(&self, account: &AccountId) -> Arc<Entry> {
        if let Some(entry) = self.entries.get(account) {
            return entry;
        }
        let made =
            self.entries.get_or_insert_with(account, || Ok::<_, std::convert::Infallible>(Arc::default()));
        made.unwrap_or_else(|never| match never {})
    }
}

async fn ask(
    entry: &Entry,
    store: &Arc<dyn Store>,
    account: &AccountId,
    now: Timestamp,
) -> Result<(), StoreError> {
    match store.read(account).revision().await {
        // An account that is not there has no revision; 0 is older than any.
        Ok(revision) => {
            entry.learn(revision.unwrap_or(0), now);
            Ok(())
        }
        Err(error) => {
            entry.failed_at.fetch_max(now.millis(), Ordering::AcqRel);
            Err(error)
        }
    }
}

fn ask_in_background(entry: Arc<Entry>, store: Arc<dyn Store>, account: AccountId, now: Timestamp) {
    tokio::spawn(async move {
        if let Err(error) = ask(&entry, &store, &account, now).await {
            tracing::warn!(%account, %error, "cannot ask for the account's revision");
        }
        entry.asking_in_background.store(false, Ordering::Release);
    });
}

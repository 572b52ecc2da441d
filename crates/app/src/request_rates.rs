//! Request rates of the accounts, cached in memory: every request needs one, and none should wait for the
//! database.

use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use outbound_model::{AccountId, Monotonic};
use quick_cache::sync::Cache;
use tracing::Instrument;

use crate::{App, error_chain};

/// Age after which a rate is read again in the background.
const REFRESH_AGE: Duration = Duration::from_secs(5);
/// Maximum number of cached accounts.
const CACHE_CAPACITY: usize = 100_000;
/// The account has no rate of its own.
const UNSET: i64 = -1;

/// The cached rate of one account.
struct AccountRate {
    per_second: AtomicI64,
    read_at: AtomicI64,
    is_reading: AtomicBool,
    /// Locked to store a rate.
    changes: Mutex<Changes>,
}

/// The number of changes of a rate, so that what was read before a change is not stored after it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
struct Changes(u64);

impl Default for AccountRate {
    fn default() -> Self {
        Self {
            per_second: AtomicI64::new(UNSET),
            read_at: AtomicI64::new(Monotonic::NEVER.micros()),
            is_reading: AtomicBool::new(false),
            changes: Mutex::default(),
        }
    }
}

impl AccountRate {
    fn changes(&self) -> MutexGuard<'_, Changes> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stores a rate that was changed.
    fn change(&self, per_second: Option<u32>, at: Monotonic) {
        let mut changes = self.changes();
        changes.0 = changes.0.wrapping_add(1);
        self.store(per_second, at);
    }

    /// Stores a rate that was read after these changes. Does nothing if there were others since.
    fn set(&self, before: Changes, per_second: Option<u32>, at: Monotonic) {
        let changes = self.changes();
        if *changes == before {
            self.store(per_second, at);
        }
    }

    fn store(&self, per_second: Option<u32>, at: Monotonic) {
        self.per_second.store(per_second.map_or(UNSET, i64::from), Ordering::Relaxed);
        self.read_at.store(at.micros(), Ordering::Relaxed);
    }
}

/// The cached rates of all accounts.
pub(crate) struct RequestRates(Cache<AccountId, Arc<AccountRate>>);

impl Default for RequestRates {
    fn default() -> Self {
        Self(Cache::new(CACHE_CAPACITY))
    }
}

impl RequestRates {
    /// Stores a rate that was just changed.
    pub(crate) fn change(&self, account: &AccountId, per_second: Option<u32>, at: Monotonic) {
        self.entry(account).change(per_second, at);
    }

    fn entry(&self, account: &AccountId) -> Arc<AccountRate> {
        if let Some(entry) = self.0.get(account) {
            return entry;
        }
        let inserted = self.0.get_or_insert_with(account, || Ok::<_, Infallible>(Arc::default()));
        inserted.unwrap_or_else(|never| match never {})
    }
}

impl App {
    /// The request rate in the account's settings: 0 means no limit, `None` the installation's rate. Changes of
    /// this node apply at once, those of other nodes within seconds. The first request of an account gets `None`.
    pub fn requests_per_second(&self, account: &AccountId) -> Option<u32> {
        let entry = self.rates.entry(account);
        let read_at = Monotonic::from_micros(entry.read_at.load(Ordering::Relaxed));
        if self.clock.monotonic().since(read_at) >= REFRESH_AGE
            && !entry.is_reading.swap(true, Ordering::AcqRel)
        {
            let guard = ReadGuard(entry.clone());
            let (app, account) = (self.clone(), account.clone());
            tokio::spawn(async move { read_rate(app, account, &guard).await }.in_current_span());
        }
        u32::try_from(entry.per_second.load(Ordering::Relaxed)).ok()
    }
}

/// Marks a read as ended, even if it panics. Otherwise the rate would never be read again.
struct ReadGuard(Arc<AccountRate>);

impl Drop for ReadGuard {
    fn drop(&mut self) {
        self.0.is_reading.store(false, Ordering::Release);
    }
}

async fn read_rate(app: App, account: AccountId, ReadGuard(entry): &ReadGuard) {
    let (at, before) = (app.clock.monotonic(), *entry.changes());
    match app.account_settings(&account).await {
        Ok(settings) => entry.set(before, settings.requests_per_second, at),
        Err(error) => {
            tracing::warn!(%account, error = error_chain(&error), "cannot read the account's settings");
            entry.read_at.store(at.micros(), Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_that_was_read_before_a_change_is_not_stored_after_it() {
        let (rate, at) = (AccountRate::default(), Monotonic::from_micros(0));
        let stored = || rate.per_second.load(Ordering::Relaxed);
        let before = *rate.changes();
        rate.set(before, Some(5), at);
        assert_eq!(stored(), 5);
        rate.change(Some(7), at);
        rate.set(before, Some(5), at);
        assert_eq!(stored(), 7);
    }
}

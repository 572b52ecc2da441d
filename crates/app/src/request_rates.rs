//! Request rates of the accounts, cached in memory: every request needs one, and none should wait for the
//! database.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
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
}

impl Default for AccountRate {
    fn default() -> Self {
        Self {
            per_second: AtomicI64::new(UNSET),
            read_at: AtomicI64::new(Monotonic::NEVER.micros()),
            is_reading: AtomicBool::new(false),
        }
    }
}

impl AccountRate {
    fn set(&self, per_second: Option<u32>, at: Monotonic) {
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
    /// Stores a rate that was just read or changed.
    pub(crate) fn set(&self, account: &AccountId, per_second: Option<u32>, at: Monotonic) {
        self.entry(account).set(per_second, at);
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
    let at = app.clock.monotonic();
    match app.account_settings(&account).await {
        Ok(settings) => entry.set(settings.requests_per_second, at),
        Err(error) => {
            tracing::warn!(%account, error = error_chain(&error), "cannot read the account's settings");
            entry.read_at.store(at.micros(), Ordering::Relaxed);
        }
    }
}

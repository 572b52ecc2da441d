//! How many requests a second each account allows itself, kept in memory: it is asked for at every
//! request, and no request waits for the database to tell.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use outbound_model::{AccountId, Monotonic};
use quick_cache::sync::Cache;
use tracing::Instrument;

use crate::{App, error_chain};

/// From this age on a rate is read again in the background; until then the known one counts.
const REFRESH_AGE: Duration = Duration::from_secs(5);
/// So many accounts are remembered; one that is forgotten is read anew.
const ACCOUNTS: usize = 100_000;
/// The account has decided nothing.
const UNDECIDED: i64 = -1;

/// What is known of one account.
struct Entry {
    per_second: AtomicI64,
    read_at: AtomicI64,
    reading: AtomicBool,
}

impl Default for Entry {
    fn default() -> Self {
        let (per_second, read_at) = (AtomicI64::new(UNDECIDED), AtomicI64::new(Monotonic::NEVER.micros()));
        Self { per_second, read_at, reading: AtomicBool::new(false) }
    }
}

impl Entry {
    fn note(&self, per_second: Option<u32>, at: Monotonic) {
        self.per_second.store(per_second.map_or(UNDECIDED, i64::from), Ordering::Relaxed);
        self.read_at.store(at.micros(), Ordering::Relaxed);
    }
}

/// What is known of all accounts whose requests come here.
pub(crate) struct RequestRates(Cache<AccountId, Arc<Entry>>);

impl Default for RequestRates {
    fn default() -> Self {
        Self(Cache::new(ACCOUNTS))
    }
}

impl RequestRates {
    /// Notes what was just read or decided.
    pub(crate) fn note(&self, account: &AccountId, per_second: Option<u32>, at: Monotonic) {
        self.entry(account).note(per_second, at);
    }

    fn entry(&self, account: &AccountId) -> Arc<Entry> {
        let made = || Ok::<_, std::convert::Infallible>(Arc::default());
        let found = self.0.get(account);
        found.unwrap_or_else(|| {
            self.0.get_or_insert_with(account, made).unwrap_or_else(|never| match never {})
        })
    }
}

impl App {
    /// What the account's settings say about its requests a second: 0 is no limit, `None` is what the
    /// installation says. What this node changed counts at once, what others did within seconds; and
    /// of an account without requests until now nothing is known yet.
    pub fn requests_per_second(&self, account: &AccountId) -> Option<u32> {
        let entry = self.rates.entry(account);
        let read_at = Monotonic::from_micros(entry.read_at.load(Ordering::Relaxed));
        if self.clock.monotonic().since(read_at) >= REFRESH_AGE && !entry.reading.swap(true, Ordering::AcqRel)
        {
            let (app, account, reading) = (self.clone(), account.clone(), Reading(entry.clone()));
            tokio::spawn(async move { read(app, account, &reading).await }.in_current_span());
        }
        u32::try_from(entry.per_second.load(Ordering::Relaxed)).ok()
    }
}

/// Ends a read, also where it panics: or the rate would never be read again.
struct Reading(Arc<Entry>);

impl Drop for Reading {
    fn drop(&mut self) {
        self.0.reading.store(false, Ordering::Release);
    }
}

async fn read(app: App, account: AccountId, Reading(entry): &Reading) {
    let at = app.clock.monotonic();
    match app.account_settings(&account).await {
        Ok(settings) => entry.note(settings.requests_per_second, at),
        Err(error) => {
            tracing::warn!(%account, error = error_chain(&error), "cannot read the account's settings");
            entry.read_at.store(at.micros(), Ordering::Relaxed);
        }
    }
}

//! Failed logins in bounded memory, and the lockouts that are not in the audit log yet.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

use outbound_auth::{Secret, secret_hash};
use outbound_model::{AccountId, Monotonic, Username, client_network};

use crate::LoginRejection;

/// Failures within [`WINDOW`] that lock a login out.
const MAX_FAILURES: u32 = 5;
/// The time in which failures are counted, and the duration of a lockout.
const WINDOW: Duration = Duration::from_mins(15);
/// Maximum entries, about 6 MiB. Adding an entry costs a complete password hash.
pub(super) const MAX_ENTRIES: usize = 65_536;
/// Maximum accounts with unreported lockouts, and maximum logins stored for each.
pub(super) const MAX_REPORTED: usize = 100;

/// A login attempt.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LoginAttempt<'a> {
    pub(crate) account: &'a AccountId,
    pub(crate) username: &'a str,
    pub(crate) address: IpAddr,
}

/// The lockouts of an account since the last audit entry.
#[derive(Debug, Default)]
pub(crate) struct LockoutReport {
    /// The number of lockouts.
    pub(crate) count: u64,
    /// Login name and address of the first ones.
    pub(crate) logins: Vec<(String, IpAddr)>,
}

/// Failed logins, and unreported lockouts.
#[derive(Default)]
pub(super) struct Failures {
    pub(super) entries: HashMap<Vec<u8>, LoginEntry>,
    reports: HashMap<AccountId, LockoutReport>,
    /// Number of attempts that wait for other attempts of the same login to finish, by network.
    pub(super) waiting: HashMap<IpAddr, usize>,
}

/// The failures of one login from one network.
#[derive(Clone, Copy)]
pub(super) struct LoginEntry {
    failures: u32,
    /// Attempts without an outcome yet. Failures plus attempts in flight never exceed [`MAX_FAILURES`], so that
    /// concurrent guesses are not more than sequential ones.
    in_flight: u32,
    /// End of the window or of the lockout.
    until: Monotonic,
}

impl Failures {
    /// Admits an attempt; `false` if its failure together with other attempts in flight could exceed the maximum.
    pub(super) fn admit(&mut self, key: &[u8], now: Monotonic) -> Result<bool, LoginRejection> {
        self.evict_if_full(key, now);
        let until = now.plus(WINDOW);
        let entry =
            self.entries.entry(key.to_owned()).or_insert(LoginEntry { failures: 0, in_flight: 0, until });
        entry.reset_if_expired(now);
        if entry.failures >= MAX_FAILURES {
            let seconds = entry.until.since(now).as_millis().div_ceil(1000);
            return Err(LoginRejection::Locked { seconds: i64::try_from(seconds).unwrap_or(i64::MAX) });
        }
        let admitted = entry.failures + entry.in_flight < MAX_FAILURES;
        entry.in_flight += u32::from(admitted);
        Ok(admitted)
    }

    pub(super) fn fail(&mut self, key: &[u8], attempt: LoginAttempt<'_>, now: Monotonic) {
        // An attempt in flight always has an entry.
        let Some(entry) = self.entries.get_mut(key) else { return };
        entry.reset_if_expired(now);
        entry.failures += 1;
        if entry.failures == MAX_FAILURES {
            entry.until = now.plus(WINDOW);
            self.report(attempt);
        }
    }

    /// Resets the failures of a login after a success.
    pub(super) fn succeed(&mut self, key: &[u8]) {
        if let Some(entry) = self.entries.get_mut(key) {
            entry.failures = 0;
        }
    }

    /// Ends an attempt.
    pub(super) fn release(&mut self, key: &[u8]) {
        if let Some(entry) = self.entries.get_mut(key) {
            entry.in_flight = entry.in_flight.saturating_sub(1);
            if entry.in_flight == 0 && entry.failures == 0 {
                self.entries.remove(key);
            }
        }
    }

    /// If the memory is full, removes expired entries, or the entry that expires first if there are none.
    fn evict_if_full(&mut self, key: &[u8], now: Monotonic) {
        if self.entries.len() < MAX_ENTRIES || self.entries.contains_key(key) {
            return;
        }
        self.entries.retain(|_, entry| entry.in_flight > 0 || now < entry.until);
        if self.entries.len() >= MAX_ENTRIES {
            let evictable = self.entries.iter().filter(|(_, entry)| entry.in_flight == 0);
            let soonest = evictable.min_by_key(|(_, entry)| entry.until);
            if let Some(soonest) = soonest.map(|(key, _)| key.clone()) {
                self.entries.remove(&soonest);
            }
        }
    }

    /// Removes and returns the unreported lockouts.
    pub(super) fn take_reports(&mut self) -> HashMap<AccountId, LockoutReport> {
        std::mem::take(&mut self.reports)
    }

    /// Returns reports that could not be stored, as far as there is memory.
    pub(super) fn put_back(&mut self, reports: impl Iterator<Item = (AccountId, LockoutReport)>) {
        for (account, earlier) in reports {
            if self.reports.len() >= MAX_REPORTED && !self.reports.contains_key(&account) {
                continue;
            }
            let report = self.reports.entry(account).or_default();
            report.count += earlier.count;
            report.logins.splice(0..0, earlier.logins);
            report.logins.truncate(MAX_REPORTED);
        }
    }

    fn report(&mut self, attempt: LoginAttempt<'_>) {
        tracing::warn!(account = %attempt.account, address = %attempt.address, "locked out a login");
        if self.reports.len() >= MAX_REPORTED && !self.reports.contains_key(attempt.account) {
            return;
        }
        let report = self.reports.entry(attempt.account.clone()).or_default();
        report.count += 1;
        // Skip strings that are not valid login names; they may be long.
        if report.logins.len() < MAX_REPORTED && attempt.username.parse::<Username>().is_ok() {
            report.logins.push((attempt.username.to_owned(), attempt.address));
        }
    }
}

impl LoginEntry {
    /// Resets the failures once the window or the lockout has ended.
    fn reset_if_expired(&mut self, now: Monotonic) {
        if self.until <= now {
            self.failures = 0;
            self.until = now.plus(WINDOW);
        }
    }
}

/// The key of an attempt: a hash, so that its size does not depend on the request. Equal for equivalent login names
/// and for addresses of one network.
pub(super) fn key(attempt: LoginAttempt<'_>) -> Vec<u8> {
    let name = attempt.username.parse::<Username>();
    let name = name.map_or_else(|_| attempt.username.to_owned(), |name| name.key());
    let network = client_network(attempt.address);
    secret_hash(&Secret::new(format!("{} {network} {name}", attempt.account)))
}

//! How often each login was refused, in bounded memory, and which lock-outs the audit has yet to name.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

use outbound_auth::{Secret, secret_hash};
use outbound_model::{AccountId, Monotonic, Username, client_network};

use crate::LoginRefusal;

/// So many failures …
const FAILURES: u32 = 5;
/// … within so long lock out, for as long.
const WINDOW: Duration = Duration::from_mins(15);
/// About six MiB. Each entry costs a stranger a whole password hash.
pub(super) const MAX_ENTRIES: usize = 65_536;
/// So many accounts, and so many logins of each, are named in the audit at once.
pub(super) const MAX_REPORTED: usize = 100;

/// One try to log in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attempt<'a> {
    pub(crate) account: &'a AccountId,
    pub(crate) username: &'a str,
    pub(crate) address: IpAddr,
}

/// The lock-outs of an account since they were last written down.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// How many.
    pub(crate) count: u64,
    /// The first of them: login name and address.
    pub(crate) logins: Vec<(String, IpAddr)>,
}

/// What is known of logins with failures, and the lock-outs to report.
#[derive(Default)]
pub(super) struct Failures {
    pub(super) entries: HashMap<Vec<u8>, Entry>,
    reports: HashMap<AccountId, Report>,
    /// Attempts that wait for others of the same login to be over, by network.
    pub(super) waiting: HashMap<IpAddr, usize>,
}

/// What is known of one login from one network.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    failures: u32,
    /// Attempts whose outcome is not known yet. Together with the failures never more than lock out, so
    /// that many guesses at once are no more guesses than one after another.
    in_flight: u32,
    /// End of the window, or of the lock.
    until: Monotonic,
}

impl Failures {
    /// Counts an attempt as under way; `false` where there is no room for its failure.
    pub(super) fn admit(&mut self, key: &[u8], now: Monotonic) -> Result<bool, LoginRefusal> {
        self.make_room(key, now);
        let until = now.plus(WINDOW);
        let entry = self.entries.entry(key.to_owned()).or_insert(Entry { failures: 0, in_flight: 0, until });
        entry.begin_anew(now);
        if entry.failures >= FAILURES {
            let seconds = entry.until.since(now).as_millis().div_ceil(1000);
            return Err(LoginRefusal::Locked { seconds: i64::try_from(seconds).unwrap_or(i64::MAX) });
        }
        let admitted = entry.failures + entry.in_flight < FAILURES;
        entry.in_flight += u32::from(admitted);
        Ok(admitted)
    }

    pub(super) fn fail(&mut self, key: &[u8], attempt: Attempt<'_>, now: Monotonic) {
        // Whoever has an attempt under way has an entry.
        let Some(entry) = self.entries.get_mut(key) else { return };
        entry.begin_anew(now);
        entry.failures += 1;
        if entry.failures == FAILURES {
            entry.until = now.plus(WINDOW);
            self.report(attempt);
        }
    }

    /// The login succeeded: its earlier failures are forgotten.
    pub(super) fn succeed(&mut self, key: &[u8]) {
        if let Some(entry) = self.entries.get_mut(key) {
            entry.failures = 0;
        }
    }

    /// An attempt is over.
    pub(super) fn release(&mut self, key: &[u8]) {
        if let Some(entry) = self.entries.get_mut(key) {
            entry.in_flight = entry.in_flight.saturating_sub(1);
            if entry.in_flight == 0 && entry.failures == 0 {
                self.entries.remove(key);
            }
        }
    }

    /// When full, what is over goes, and if nothing is, what is over soonest.
    fn make_room(&mut self, key: &[u8], now: Monotonic) {
        if self.entries.len() < MAX_ENTRIES || self.entries.contains_key(key) {
            return;
        }
        self.entries.retain(|_, entry| entry.in_flight > 0 || now < entry.until);
        if self.entries.len() >= MAX_ENTRIES {
            let at_rest = self.entries.iter().filter(|(_, entry)| entry.in_flight == 0);
            let soonest = at_rest.min_by_key(|(_, entry)| entry.until);
            if let Some(soonest) = soonest.map(|(key, _)| key.clone()) {
                self.entries.remove(&soonest);
            }
        }
    }

    /// The lock-outs since this was last asked.
    pub(super) fn take_reports(&mut self) -> HashMap<AccountId, Report> {
        std::mem::take(&mut self.reports)
    }

    /// Keeps reports for the next time, as far as there is room.
    pub(super) fn put_back(&mut self, reports: impl Iterator<Item = (AccountId, Report)>) {
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

    fn report(&mut self, attempt: Attempt<'_>) {
        tracing::warn!(account = %attempt.account, address = %attempt.address, "locked a login out");
        if self.reports.len() >= MAX_REPORTED && !self.reports.contains_key(attempt.account) {
            return;
        }
        let report = self.reports.entry(attempt.account.clone()).or_default();
        report.count += 1;
        // What cannot be a login name is no use to anybody, and may be long.
        if report.logins.len() < MAX_REPORTED && attempt.username.parse::<Username>().is_ok() {
            report.logins.push((attempt.username.to_owned(), attempt.address));
        }
    }
}

impl Entry {
    /// Forgets failures whose window, or lock, is over.
    fn begin_anew(&mut self, now: Monotonic) {
        if self.until <= now {
            (self.failures, self.until) = (0, now.plus(WINDOW));
        }
    }
}

/// A hash, so that what strangers send takes no more room than it must. Names that are the same
/// count together, and so do the addresses of one network.
pub(super) fn key(attempt: Attempt<'_>) -> Vec<u8> {
    let name = attempt.username.parse::<Username>();
    let name = name.map_or_else(|_| attempt.username.to_owned(), |name| name.key());
    let network = client_network(attempt.address);
    secret_hash(&Secret::new(format!("{} {network} {name}", attempt.account)))
}

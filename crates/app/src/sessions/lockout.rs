//! Locks a login out after too many failures from one address (design §5).
//!
//! Kept by each process for itself, in bounded memory: behind n nodes a guesser has n times as many
//! guesses, which is still few, and no stranger can make the database grow.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use outbound_auth::{Secret, secret_hash};
use outbound_model::{AccountId, Monotonic, Username};

use crate::LoginRefusal;

/// So many failures …
const FAILURES: u32 = 5;
/// … within so long lock out, for as long.
const WINDOW: Duration = Duration::from_mins(15);
/// About six MiB. Each entry costs a stranger a whole password hash.
const MOST_ENTRIES: usize = 65_536;
/// So many accounts, and so many logins of each, are named in the audit at once.
const MOST_REPORTED: usize = 100;

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

/// Failures by account, login and address; known logins and unknown ones alike.
#[derive(Default)]
pub(crate) struct Lockout(Mutex<State>);

#[derive(Default)]
struct State {
    entries: HashMap<Vec<u8>, Entry>,
    reports: HashMap<AccountId, Report>,
}

#[derive(Clone, Copy)]
struct Entry {
    failures: u32,
    /// End of the window, or of the lock.
    until: Monotonic,
}

impl Lockout {
    /// Refuses who is locked out.
    pub(crate) fn check(&self, attempt: Attempt<'_>, now: Monotonic) -> Result<(), LoginRefusal> {
        self.state().check(&key(attempt), now)
    }

    /// Refuses who is locked out, or else counts a failure; a login that succeeds is to be
    /// [forgotten](Self::forget).
    pub(crate) fn count(&self, attempt: Attempt<'_>, now: Monotonic) -> Result<(), LoginRefusal> {
        let (key, mut state) = (key(attempt), self.state());
        state.check(&key, now)?;
        state.make_room(&key, now);
        let window = now.plus(WINDOW);
        let entry = state.entries.entry(key).or_insert(Entry { failures: 0, until: window });
        if entry.until <= now {
            *entry = Entry { failures: 0, until: window };
        }
        entry.failures += 1;
        if entry.failures == FAILURES {
            entry.until = window;
            state.report(attempt);
        }
        Ok(())
    }

    /// Forgets the failures of a login that succeeded.
    pub(crate) fn forget(&self, attempt: Attempt<'_>) {
        self.state().entries.remove(&key(attempt));
    }

    /// Takes a counted failure back, where it was never found out whether it was one.
    pub(crate) fn take_back(&self, attempt: Attempt<'_>) {
        if let Some(entry) = self.state().entries.get_mut(&key(attempt)) {
            entry.failures = entry.failures.saturating_sub(1);
        }
    }

    /// The lock-outs since this was last asked.
    pub(crate) fn take_reports(&self) -> HashMap<AccountId, Report> {
        std::mem::take(&mut self.state().reports)
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn check(&self, key: &[u8], now: Monotonic) -> Result<(), LoginRefusal> {
        match self.entries.get(key) {
            Some(entry) if entry.failures >= FAILURES && now < entry.until => {
                let seconds = entry.until.since(now).as_millis().div_ceil(1000);
                Err(LoginRefusal::Locked { seconds: i64::try_from(seconds).unwrap_or(i64::MAX) })
            }
            _ => Ok(()),
        }
    }

    /// When full, what is over goes, and if nothing is, what is over soonest.
    fn make_room(&mut self, key: &[u8], now: Monotonic) {
        if self.entries.len() < MOST_ENTRIES || self.entries.contains_key(key) {
            return;
        }
        self.entries.retain(|_, entry| now < entry.until);
        if self.entries.len() >= MOST_ENTRIES {
            let soonest = self.entries.iter().min_by_key(|(_, entry)| entry.until);
            if let Some(soonest) = soonest.map(|(key, _)| key.clone()) {
                self.entries.remove(&soonest);
            }
        }
    }

    fn report(&mut self, attempt: Attempt<'_>) {
        tracing::warn!(account = %attempt.account, address = %attempt.address, "locked a login out");
        if self.reports.len() >= MOST_REPORTED && !self.reports.contains_key(attempt.account) {
            return;
        }
        let report = self.reports.entry(attempt.account.clone()).or_default();
        report.count += 1;
        // What cannot be a login name is no use to anybody, and may be long.
        if report.logins.len() < MOST_REPORTED && attempt.username.parse::<Username>().is_ok() {
            report.logins.push((attempt.username.to_owned(), attempt.address));
        }
    }
}

/// A hash, so that what strangers send takes no more room than it must. Names that are the same
/// count together, and so do the addresses of one IPv6 network (/64), which are all one customer's.
fn key(attempt: Attempt<'_>) -> Vec<u8> {
    let name = attempt.username.parse::<Username>();
    let name = name.map_or_else(|_| attempt.username.to_owned(), |name| name.key());
    let address = match attempt.address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & (!0 << 64))),
        v4 @ IpAddr::V4(_) => v4,
    };
    secret_hash(&Secret::new(format!("{} {address} {name}", attempt.account)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60;

    fn at(second: i64) -> Monotonic {
        Monotonic::from_micros(second * 1_000_000)
    }

    struct Guesser(AccountId, Lockout);

    impl Guesser {
        fn new() -> Self {
            Self("A".parse().unwrap(), Lockout::default())
        }

        /// Guesses; how many seconds to wait where it is locked out.
        fn guess(&self, username: &str, address: &str, second: i64) -> Option<i64> {
            let attempt = Attempt { account: &self.0, username, address: address.parse().unwrap() };
            match self.1.count(attempt, at(second)) {
                Err(LoginRefusal::Locked { seconds }) => Some(seconds),
                other => other.map(|()| None).unwrap(),
            }
        }
    }

    #[test]
    fn five_failures_lock_for_fifteen_minutes() {
        let guesser = Guesser::new();
        for second in 0..5 {
            assert_eq!(guesser.guess("anna", "10.0.0.1", second), None);
        }
        assert_eq!(guesser.guess("anna", "10.0.0.1", 5), Some(15 * MINUTE - 1));
        assert_eq!(guesser.guess("anna", "10.0.0.1", 4 + 15 * MINUTE), None);
    }

    #[test]
    fn slow_failures_do_not_add_up() {
        let guesser = Guesser::new();
        for failure in 0..20 {
            assert_eq!(guesser.guess("anna", "10.0.0.1", failure * 4 * MINUTE), None, "{failure}");
        }
    }

    #[test]
    fn another_login_or_address_is_not_locked() {
        let guesser = Guesser::new();
        for second in 0..5 {
            guesser.guess("anna", "2001:db8::1", second);
        }
        for (username, address, locked) in [
            ("ANNA", "2001:db8::2", true),
            ("anna", "2001:db8:0:1::1", false),
            ("bob", "2001:db8::1", false),
            ("anna", "10.0.0.1", false),
        ] {
            assert_eq!(guesser.guess(username, address, 9).is_some(), locked, "{username} {address}");
        }
    }

    #[test]
    fn strangers_cannot_fill_the_memory() {
        let guesser = Guesser::new();
        for number in 0..MOST_ENTRIES + 100 {
            guesser.guess(&format!("user {number}"), "10.0.0.1", 0);
        }
        assert_eq!(guesser.1.state().entries.len(), MOST_ENTRIES);
        assert_eq!(guesser.guess("later", "10.0.0.1", 15 * MINUTE), None);
        assert_eq!(guesser.1.state().entries.len(), 1);
    }

    #[test]
    fn who_comes_again_pushes_nobody_out_of_a_full_memory() {
        let guesser = Guesser::new();
        for second in 0..5 {
            guesser.guess("anna", "10.0.0.1", second);
        }
        for number in 1..MOST_ENTRIES {
            guesser.guess(&format!("user {number}"), "10.0.0.1", 5);
        }
        guesser.guess("user 1", "10.0.0.1", 6);
        assert!(guesser.guess("anna", "10.0.0.1", 7).is_some());
    }

    #[test]
    fn who_is_locked_out_is_told_so_before_any_work() {
        let guesser = Guesser::new();
        let attempt = Attempt { account: &guesser.0, username: "anna", address: [10, 0, 0, 1].into() };
        for second in 0..5 {
            guesser.1.check(attempt, at(second)).unwrap();
            guesser.1.count(attempt, at(second)).unwrap();
        }
        assert!(matches!(guesser.1.check(attempt, at(5)), Err(LoginRefusal::Locked { seconds: 899 })));
    }

    #[test]
    fn what_was_taken_back_never_locks() {
        let guesser = Guesser::new();
        let attempt = Attempt { account: &guesser.0, username: "anna", address: [10, 0, 0, 1].into() };
        for _ in 0..20 {
            guesser.1.count(attempt, at(0)).unwrap();
            guesser.1.take_back(attempt);
        }
    }

    #[test]
    fn strangers_cannot_make_the_reports_long() {
        let mut guesser = Guesser::new();
        let lock = |guesser: &Guesser, name: &str| {
            for _ in 0..5 {
                guesser.guess(name, "::1", 0);
            }
        };
        lock(&guesser, " is no login name");
        for number in 0..=MOST_REPORTED {
            lock(&guesser, &format!("user{number}"));
        }
        for number in 0..=MOST_REPORTED {
            guesser.0 = format!("B{number}").parse().unwrap();
            lock(&guesser, "anna");
        }
        let reports = guesser.1.take_reports();
        let report = &reports[&"A".parse().unwrap()];
        assert_eq!((report.count, report.logins.len()), (MOST_REPORTED as u64 + 2, MOST_REPORTED));
        assert_eq!((reports.len(), &*report.logins[0].0), (MOST_REPORTED, "user0"));
    }

    #[test]
    fn lock_outs_are_reported_once() {
        let guesser = Guesser::new();
        for second in 0..8 {
            guesser.guess("anna", "10.0.0.1", second);
        }
        let reports = guesser.1.take_reports();
        let report = &reports[&guesser.0];
        assert_eq!((report.count, &*report.logins[0].0), (1, "anna"));
        assert!(guesser.1.take_reports().is_empty());
    }
}

//! Locks a login out after too many failures from one address (design §5).
//!
//! Kept by each process for itself, in bounded memory: behind n nodes a guesser has n times as many
//! guesses, which is still few, and no stranger can make the database grow.

use std::collections::HashMap;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use outbound_auth::{Secret, secret_hash};
use outbound_model::{AccountId, Clock, Monotonic, Username, client_network};
use tokio::sync::Notify;

use crate::LoginRefusal;

/// So many failures …
const FAILURES: u32 = 5;
/// … within so long lock out, for as long.
const WINDOW: Duration = Duration::from_mins(15);
/// About six MiB. Each entry costs a stranger a whole password hash.
const MOST_ENTRIES: usize = 65_536;
/// So many attempts from one network wait for others at a time.
const MOST_WAITING: usize = 64;
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
pub(crate) struct Lockout {
    state: Mutex<State>,
    /// Told whenever an attempt is over.
    over: Notify,
}

#[derive(Default)]
struct State {
    entries: HashMap<Vec<u8>, Entry>,
    reports: HashMap<AccountId, Report>,
    /// Attempts that wait for others of the same login to be over, by network.
    waiting: HashMap<IpAddr, usize>,
}

#[derive(Clone, Copy)]
struct Entry {
    failures: u32,
    /// Attempts whose outcome is not known yet. Together with the failures never more than lock out, so
    /// that many guesses at once are no more guesses than one after another.
    in_flight: u32,
    /// End of the window, or of the lock.
    until: Monotonic,
}

/// An attempt that was let through. Dropped without an outcome, as when there was no answer, it counts for
/// nothing.
pub(crate) struct Pending<'l> {
    lockout: &'l Lockout,
    attempt: Attempt<'l>,
    key: Vec<u8>,
}

impl Pending<'_> {
    /// The login was refused.
    pub(crate) fn failed(self, now: Monotonic) {
        self.lockout.state().fail(&self.key, self.attempt, now);
    }

    /// The login succeeded: its earlier failures are forgotten.
    pub(crate) fn succeeded(self) {
        let mut state = self.lockout.state();
        if let Some(entry) = state.entries.get_mut(&self.key) {
            entry.failures = 0;
        }
        drop(state);
    }
}

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        self.lockout.state().release(&self.key);
        self.lockout.over.notify_waiters();
    }
}

/// One of the attempts that wait.
struct Waiting<'l> {
    lockout: &'l Lockout,
    network: IpAddr,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut state = self.lockout.state();
        if let Some(waiting) = state.waiting.get_mut(&self.network) {
            *waiting -= 1;
            if *waiting == 0 {
                state.waiting.remove(&self.network);
            }
        }
    }
}

impl Lockout {
    /// Lets an attempt through, or refuses who is locked out. While as many others of the same login are
    /// under way as could lock it out, it waits for their outcome.
    pub(crate) async fn admit<'l>(
        &'l self,
        attempt: Attempt<'l>,
        clock: &dyn Clock,
    ) -> Result<Pending<'l>, LoginRefusal> {
        let mut waiting = None;
        loop {
            let mut over = pin!(self.over.notified());
            // Before the look, so that no end falls between the two.
            over.as_mut().enable();
            if let Some(pending) = self.try_admit(attempt, clock.monotonic())? {
                return Ok(pending);
            }
            if waiting.is_none() {
                waiting = Some(self.wait(client_network(attempt.address))?);
            }
            over.await;
        }
    }

    /// `None` where others have to be over first.
    fn try_admit<'l>(
        &'l self,
        attempt: Attempt<'l>,
        now: Monotonic,
    ) -> Result<Option<Pending<'l>>, LoginRefusal> {
        let key = key(attempt);
        let admitted = self.state().admit(&key, now)?;
        Ok(admitted.then_some(Pending { lockout: self, attempt, key }))
    }

    fn wait(&self, network: IpAddr) -> Result<Waiting<'_>, LoginRefusal> {
        let mut state = self.state();
        let waiting = state.waiting.entry(network).or_default();
        if *waiting >= MOST_WAITING {
            return Err(LoginRefusal::Busy);
        }
        *waiting += 1;
        Ok(Waiting { lockout: self, network })
    }

    /// The lock-outs since this was last asked.
    pub(crate) fn take_reports(&self) -> HashMap<AccountId, Report> {
        std::mem::take(&mut self.state().reports)
    }

    /// Keeps reports that could not be written for the next time, as far as there is room.
    pub(crate) fn put_back(&self, reports: impl Iterator<Item = (AccountId, Report)>) {
        let mut state = self.state();
        for (account, earlier) in reports {
            if state.reports.len() >= MOST_REPORTED && !state.reports.contains_key(&account) {
                continue;
            }
            let report = state.reports.entry(account).or_default();
            report.count += earlier.count;
            report.logins.splice(0..0, earlier.logins);
            report.logins.truncate(MOST_REPORTED);
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Counts an attempt as under way; `false` where there is no room for its failure.
    fn admit(&mut self, key: &[u8], now: Monotonic) -> Result<bool, LoginRefusal> {
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

    fn fail(&mut self, key: &[u8], attempt: Attempt<'_>, now: Monotonic) {
        // Whoever has an attempt under way has an entry.
        let Some(entry) = self.entries.get_mut(key) else { return };
        entry.begin_anew(now);
        entry.failures += 1;
        if entry.failures == FAILURES {
            entry.until = now.plus(WINDOW);
            self.report(attempt);
        }
    }

    /// An attempt is over.
    fn release(&mut self, key: &[u8]) {
        if let Some(entry) = self.entries.get_mut(key) {
            entry.in_flight = entry.in_flight.saturating_sub(1);
            if entry.in_flight == 0 && entry.failures == 0 {
                self.entries.remove(key);
            }
        }
    }

    /// When full, what is over goes, and if nothing is, what is over soonest.
    fn make_room(&mut self, key: &[u8], now: Monotonic) {
        if self.entries.len() < MOST_ENTRIES || self.entries.contains_key(key) {
            return;
        }
        self.entries.retain(|_, entry| entry.in_flight > 0 || now < entry.until);
        if self.entries.len() >= MOST_ENTRIES {
            let at_rest = self.entries.iter().filter(|(_, entry)| entry.in_flight == 0);
            let soonest = at_rest.min_by_key(|(_, entry)| entry.until);
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
fn key(attempt: Attempt<'_>) -> Vec<u8> {
    let name = attempt.username.parse::<Username>();
    let name = name.map_or_else(|_| attempt.username.to_owned(), |name| name.key());
    let network = client_network(attempt.address);
    secret_hash(&Secret::new(format!("{} {network} {name}", attempt.account)))
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
            match self.1.try_admit(attempt, at(second)) {
                Err(LoginRefusal::Locked { seconds }) => Some(seconds),
                other => {
                    other.unwrap().unwrap().failed(at(second));
                    None
                }
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
    fn no_more_are_under_way_than_may_fail() {
        let guesser = Guesser::new();
        let attempt = Attempt { account: &guesser.0, username: "anna", address: [10, 0, 0, 1].into() };
        let admit = || guesser.1.try_admit(attempt, at(0)).unwrap();
        let mut under_way: Vec<_> = std::iter::from_fn(admit).collect();
        assert_eq!(under_way.len(), 5);
        drop(under_way.pop());
        let again = admit().unwrap();
        for guess in under_way {
            guess.failed(at(1));
        }
        again.succeeded();
        let all: Vec<_> = std::iter::from_fn(admit).collect();
        assert_eq!(all.len(), 5, "a success forgets the failures before it");
    }

    #[test]
    fn what_has_no_outcome_never_locks_and_takes_no_memory() {
        let guesser = Guesser::new();
        let attempt = Attempt { account: &guesser.0, username: "anna", address: [10, 0, 0, 1].into() };
        for _ in 0..20 {
            drop(guesser.1.try_admit(attempt, at(0)).unwrap().unwrap());
        }
        assert!(guesser.1.state().entries.is_empty());
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
        guesser.1.put_back(reports.into_iter());
        assert_eq!(guesser.1.take_reports()[&guesser.0].count, 1, "what could not be written");
    }
}

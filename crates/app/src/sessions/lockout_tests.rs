//! Tests of lockouts with artificial times.

use outbound_model::{AccountId, Monotonic};

use super::failures::{LoginAttempt, MAX_ENTRIES, MAX_REPORTED};
use super::lockout::Lockout;
use crate::LoginRejection;

const MINUTE: i64 = 60;

fn at(second: i64) -> Monotonic {
    Monotonic::from_micros(second * 1_000_000)
}

struct Guesser(AccountId, Lockout);

impl Guesser {
    fn new() -> Self {
        Self("A".parse().unwrap(), Lockout::default())
    }

    /// Fails a login. Returns the seconds to wait if the login is locked out.
    fn guess(&self, username: &str, address: &str, second: i64) -> Option<i64> {
        let attempt = LoginAttempt { account: &self.0, username, address: address.parse().unwrap() };
        match self.1.try_admit(attempt, at(second)) {
            Err(LoginRejection::Locked { seconds }) => Some(seconds),
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
fn failures_outside_the_window_do_not_count() {
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
fn the_number_of_entries_is_limited() {
    let guesser = Guesser::new();
    for number in 0..MAX_ENTRIES + 100 {
        guesser.guess(&format!("user {number}"), "10.0.0.1", 0);
    }
    assert_eq!(guesser.1.failures().entries.len(), MAX_ENTRIES);
    assert_eq!(guesser.guess("later", "10.0.0.1", 15 * MINUTE), None);
    assert_eq!(guesser.1.failures().entries.len(), 1);
}

#[test]
fn a_known_login_evicts_no_entry() {
    let guesser = Guesser::new();
    for second in 0..5 {
        guesser.guess("anna", "10.0.0.1", second);
    }
    for number in 1..MAX_ENTRIES {
        guesser.guess(&format!("user {number}"), "10.0.0.1", 5);
    }
    guesser.guess("user 1", "10.0.0.1", 6);
    assert!(guesser.guess("anna", "10.0.0.1", 7).is_some());
}

#[test]
fn attempts_in_flight_are_limited_to_the_allowed_failures() {
    let guesser = Guesser::new();
    let attempt = LoginAttempt { account: &guesser.0, username: "anna", address: [10, 0, 0, 1].into() };
    let admit = || guesser.1.try_admit(attempt, at(0)).unwrap();
    let mut in_flight: Vec<_> = std::iter::from_fn(admit).collect();
    assert_eq!(in_flight.len(), 5);
    drop(in_flight.pop());
    let again = admit().unwrap();
    for guess in in_flight {
        guess.failed(at(1));
    }
    again.succeeded();
    let all: Vec<_> = std::iter::from_fn(admit).collect();
    assert_eq!(all.len(), 5, "a success resets the failures");
}

#[test]
fn attempts_without_an_outcome_do_not_count() {
    let guesser = Guesser::new();
    let attempt = LoginAttempt { account: &guesser.0, username: "anna", address: [10, 0, 0, 1].into() };
    for _ in 0..20 {
        drop(guesser.1.try_admit(attempt, at(0)).unwrap().unwrap());
    }
    assert!(guesser.1.failures().entries.is_empty());
}

#[test]
fn the_size_of_reports_is_limited() {
    let mut guesser = Guesser::new();
    let lock = |guesser: &Guesser, name: &str| {
        for _ in 0..5 {
            guesser.guess(name, "::1", 0);
        }
    };
    lock(&guesser, " is not a login name");
    for number in 0..=MAX_REPORTED {
        lock(&guesser, &format!("user{number}"));
    }
    for number in 0..=MAX_REPORTED {
        guesser.0 = format!("B{number}").parse().unwrap();
        lock(&guesser, "anna");
    }
    let reports = guesser.1.failures().take_reports();
    let report = &reports[&"A".parse().unwrap()];
    assert_eq!((report.count, report.logins.len()), (MAX_REPORTED as u64 + 2, MAX_REPORTED));
    assert_eq!((reports.len(), &*report.logins[0].0), (MAX_REPORTED, "user0"));
}

#[test]
fn lockouts_are_reported_once() {
    let guesser = Guesser::new();
    for second in 0..8 {
        guesser.guess("anna", "10.0.0.1", second);
    }
    let reports = guesser.1.failures().take_reports();
    let report = &reports[&guesser.0];
    assert_eq!((report.count, &*report.logins[0].0), (1, "anna"));
    assert!(guesser.1.failures().take_reports().is_empty());
    guesser.1.failures().put_back(reports.into_iter());
    assert_eq!(guesser.1.failures().take_reports()[&guesser.0].count, 1, "returned after a failed write");
}

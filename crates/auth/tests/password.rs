//! Passwords: what is stored, and what is right.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use outbound_auth::{AuthError, HashMemory, MAX_PASSWORD_BYTES, Secret, password_hash, password_matches};
use outbound_model::Generator;

struct Salt(u8);

impl Generator for Salt {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0);
    }
}

fn hash(password: &str, salt: u8) -> String {
    password_hash(&Secret::new(password), &Salt(salt), &mut HashMemory::default()).unwrap()
}

fn matches(password: &str, hash: Option<&str>) -> Result<bool, AuthError> {
    password_matches(&Secret::new(password), hash, &mut HashMemory::default())
}

#[test]
fn memory_that_was_used_before_changes_nothing() {
    let mut memory = HashMemory::default();
    let once = password_hash(&Secret::new("correct horse"), &Salt(1), &mut memory).unwrap();
    let again = password_hash(&Secret::new("correct horse"), &Salt(1), &mut memory).unwrap();
    assert_eq!(once, again);
    assert!(password_matches(&Secret::new("correct horse"), Some(&once), &mut memory).unwrap());
    assert!(!password_matches(&Secret::new("another horse"), Some(&once), &mut memory).unwrap());
}

#[test]
fn hashes_of_other_programs_and_parameters_are_checked_too() {
    // From the reference implementation's command line tool.
    let stored = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    assert!(matches("password", Some(stored)).unwrap());
    assert!(!matches("passw0rd", Some(stored)).unwrap());
}

#[test]
fn only_the_password_itself_is_right() {
    let stored = hash("correct horse", 1);
    for (password, right) in
        [("correct horse", true), ("Correct horse", false), ("correct horse ", false), ("", false)]
    {
        assert_eq!(matches(password, Some(&stored)).unwrap(), right, "{password:?}");
    }
}

#[test]
fn the_same_password_is_stored_differently_each_time() {
    let (one, other) = (hash("correct horse", 1), hash("correct horse", 2));
    assert_ne!(one, other);
    assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
}

#[test]
fn nobody_has_no_password() {
    assert!(!matches("correct horse", None).unwrap());
}

#[test]
fn an_endless_password_is_wrong_and_a_broken_hash_an_error() {
    let endless = "x".repeat(MAX_PASSWORD_BYTES + 1);
    assert!(!matches(&endless, Some(&hash(&endless, 1))).unwrap());
    let broken = matches("x", Some("$argon2id$v=19$broken"));
    assert!(matches!(broken, Err(AuthError::PasswordHash)));
}

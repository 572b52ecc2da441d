//! Passwords: what is stored, and what is right.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use outbound_auth::{AuthError, MAX_PASSWORD_BYTES, Secret, password_hash, password_matches};
use outbound_model::Generator;

struct Salt(u8);

impl Generator for Salt {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0);
    }
}

fn hash(password: &str, salt: u8) -> String {
    password_hash(&Secret::new(password), &Salt(salt)).unwrap()
}

#[test]
fn only_the_password_itself_is_right() {
    let stored = hash("correct horse", 1);
    for (password, right) in
        [("correct horse", true), ("Correct horse", false), ("correct horse ", false), ("", false)]
    {
        assert_eq!(password_matches(&Secret::new(password), Some(&stored)).unwrap(), right, "{password:?}");
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
    assert!(!password_matches(&Secret::new("correct horse"), None).unwrap());
}

#[test]
fn an_endless_password_is_wrong_and_a_broken_hash_an_error() {
    let endless = "x".repeat(MAX_PASSWORD_BYTES + 1);
    assert!(!password_matches(&Secret::new(&endless), Some(&hash(&endless, 1))).unwrap());
    let broken = password_matches(&Secret::new("x"), Some("$argon2id$v=19$broken"));
    assert!(matches!(broken, Err(AuthError::PasswordHash)));
}

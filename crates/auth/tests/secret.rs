//! Generated secrets: compared by hash and never printed by accident.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use outbound_auth::{Secret, random_secret, secret_hash, secret_matches};
use outbound_model::Generator;

struct Sevens;

impl Generator for Sevens {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

#[test]
fn secrets_match_only_their_own_hash() {
    let secret = random_secret(&Sevens);
    assert_eq!(secret.expose(), "07".repeat(32));
    let hash = secret_hash(&secret);
    assert!(secret_matches(&secret, &hash));
    assert_eq!(hash.len(), 32, "SHA-256");
    for other in ["", "7", &"07".repeat(31), &"08".repeat(32)] {
        assert!(!secret_matches(&Secret::new(other), &hash), "{other}");
    }
    for wrong in [&[][..], &hash[..31], secret.expose().as_bytes()] {
        assert!(!secret_matches(&secret, wrong));
    }
}

/// The example of RFC 6234.
#[test]
fn the_stored_hash_is_sha_256() {
    let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(hex::encode(secret_hash(&Secret::new("abc"))), known);
}

#[test]
fn debug_output_does_not_contain_the_secret() {
    assert_eq!(format!("{:?}", Secret::new("abc")), "Secret(…)");
}

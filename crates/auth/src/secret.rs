//! Generated secrets: shown once and stored only as a hash.
//!
//! A secret has 256 random bits, so a single SHA-256 is as secure as a slow hash and keeps authentication
//! cheap.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use outbound_model::Generator;

/// A secret string. `Debug` does not print it; use [`expose`](Self::expose) to read it.
#[derive(Clone, Eq, PartialEq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a received secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret in plain text.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Generates a secret of 64 hexadecimal digits.
pub fn random_secret(generator: &dyn Generator) -> Secret {
    let mut bytes = [0; 32];
    generator.fill(&mut bytes);
    Secret(hex::encode(bytes))
}

/// The stored hash of a secret: its SHA-256.
pub fn secret_hash(secret: &Secret) -> Vec<u8> {
    sha256(secret.0.as_bytes())
}

/// The SHA-256 of `bytes`.
pub fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest(&SHA256, bytes).as_ref().to_vec()
}

/// Compares `secret` with a stored hash in constant time.
pub fn secret_matches(secret: &Secret, hash: &[u8]) -> bool {
    verify_slices_are_equal(&secret_hash(secret), hash).is_ok()
}

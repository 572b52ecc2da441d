//! Secrets that we make for others: shown once, kept only as a hash.
//!
//! They are 256 random bits, so one SHA-256 is as good as a slow hash and costs a grant nothing.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use outbound_model::Generator;

/// A secret text; printing it needs the word [`expose`](Self::expose).
#[derive(Clone, Eq, PartialEq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret that somebody gave us.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself, to be shown once or compared.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A new secret: 64 hexadecimal digits.
pub fn random_secret(generator: &dyn Generator) -> Secret {
    let mut bytes = [0; 32];
    generator.fill(&mut bytes);
    Secret(hex::encode(bytes))
}

/// What is stored of a secret: its SHA-256.
pub fn secret_hash(secret: &Secret) -> Vec<u8> {
    sha256(secret.0.as_bytes())
}

/// The SHA-256 of anything.
pub fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest(&SHA256, bytes).as_ref().to_vec()
}

/// Whether `secret` has the stored hash, in constant time.
pub fn secret_matches(secret: &Secret, hash: &[u8]) -> bool {
    verify_slices_are_equal(&secret_hash(secret), hash).is_ok()
}

//! Credentials: who may come in, decided by pure functions over keys, secrets and a given time.
//!
//! - [`sign`] and [`verify`]: the AppJWT (OAuth 2.0 client credentials; contract §2.1, design §5).
//! - [`KeyRing`]: the installation's signing keys, and which of them signs and which still verify.
//! - [`InstallationKey`]: encrypts at rest what must be used again.
//! - [`OAuth1Header`]: a request signed with an API key (OAuth 1.0; contract §2.2, design §5).
//! - [`password_hash`]: what people make up themselves, hashed slowly.
//! - [`WebhookSecret`]: signs what we send to others.
//! - [`Secret`]: made once, shown once, compared in constant time.
//!
//! Nothing here reads a clock, a file or a database.

mod appjwt;
mod installation_key;
mod key_ring;
mod oauth1;
mod password;
mod secret;
mod signing_key;
mod webhook_secret;

pub use appjwt::{Claims, TOKEN_LIFETIME_SECONDS, TokenError, sign, verify};
pub use installation_key::InstallationKey;
pub use key_ring::{KeyRing, next_signing_key};
pub use oauth1::{
    MAX_PUBLIC_URLS, OAUTH1_WINDOW_SECONDS, OAuth1Error, OAuth1Header, OAuth1Request, PublicUrl,
    oauth1_signing_key,
};
pub use password::{
    HashMemory, MAX_PASSWORD_BYTES, MIN_PASSWORD_CHARACTERS, password_hash, password_matches,
};
pub use secret::{Secret, random_secret, secret_hash, secret_matches, sha256};
pub use signing_key::{NewSigningKey, SigningKeyParts, new_signing_key};
pub use webhook_secret::WebhookSecret;

/// Why a key, secret or token could not be made or opened. None of these is a client's fault.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// The installation's key is not 64 hexadecimal digits.
    #[error("the installation's key must be 64 hexadecimal digits")]
    InstallationKey,
    /// Something was encrypted with another installation key, or is damaged.
    #[error("{0} cannot be decrypted: it was encrypted with another installation key, or is damaged")]
    Sealed(String),
    /// A stored signing key cannot be used.
    #[error("the signing key {0} cannot be used")]
    SigningKey(String),
    /// A stored hash of a password cannot be read.
    #[error("the stored hash of a password cannot be read")]
    PasswordHash,
    /// The cryptographic library failed.
    #[error("the cryptographic library failed to {0}")]
    Crypto(&'static str),
    /// No key may sign now.
    #[error("there is no signing key for this moment")]
    NoSigningKey,
}

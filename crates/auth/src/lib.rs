//! Authentication: pure functions that verify credentials, given keys, secrets and the time.
//!
//! - [`sign`] and [`verify`]: the AppJWT (OAuth 2.0 client credentials; contract §2.1, design §5).
//! - [`KeyRing`]: the installation's signing keys and their rotation.
//! - [`InstallationKey`]: encrypts secrets at rest.
//! - [`OAuth1Header`]: a request signed with an API key (OAuth 1.0; contract §2.2, design §5).
//! - [`password_hash`]: slow hashes of users' passwords.
//! - [`WebhookSecret`]: signs webhook deliveries.
//! - [`Secret`]: a generated secret, shown once and compared in constant time.
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

/// Why a key, secret or token could not be created or decrypted. None of these is a client error.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// The installation key is not 64 hexadecimal digits.
    #[error("the installation key must be 64 hexadecimal digits")]
    InstallationKey,
    /// The named value was encrypted with another installation key, or is damaged.
    #[error("{0} cannot be decrypted: it was encrypted with another installation key, or is damaged")]
    Sealed(String),
    /// A stored signing key cannot be used.
    #[error("the signing key {0} cannot be used")]
    SigningKey(String),
    /// A stored password hash cannot be parsed.
    #[error("the stored hash of a password cannot be read")]
    PasswordHash,
    /// The cryptographic library failed.
    #[error("the cryptographic library failed to {0}")]
    Crypto(&'static str),
    /// The key ring is empty.
    #[error("there is no signing key for this moment")]
    NoSigningKey,
}

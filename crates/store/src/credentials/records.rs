//! Clients, API keys and signing keys.

use outbound_model::{AppKey, ClientId, Scopes, Timestamp};

/// An OAuth 2.0 client of an account. The secret itself is never stored.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Client {
    /// The public id.
    pub id: ClientId,
    /// The display name.
    pub name: String,
    /// The scopes that its tokens may have.
    pub scopes: Scopes,
    /// SHA-256 of its secret.
    pub secret_hash: Vec<u8>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Timestamp>,
}

/// An OAuth 1.0 API key of an account.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ApiKey {
    /// The public identifier, `oauth_consumer_key`. Unique in the installation.
    pub app_key: AppKey,
    /// The display name.
    pub name: String,
    /// `oauth_token`.
    pub access_token: String,
    /// Its two secrets, encrypted with the installation key.
    pub sealed_secrets: Vec<u8>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Timestamp>,
}

/// A key pair of the installation that signs AppJWTs.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SigningKey {
    /// Number of the key, counted from 1. If two nodes create the next key at the same time, both use the
    /// same number and one of them fails.
    pub sequence: i64,
    /// The `kid` in a token's header.
    pub kid: String,
    /// The private key, encrypted with the installation key.
    pub sealed_private_key: Vec<u8>,
    /// The public key as a JWK (RFC 7517).
    pub public_jwk: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// When tokens are first signed with it.
    pub signs_from: Timestamp,
}

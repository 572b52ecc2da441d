//! Clients, API keys and signing keys.

use outbound_model::{AppKey, ClientId, Scopes, Timestamp};

/// An OAuth 2.0 client of an account. The secret itself is never stored.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Client {
    /// The public id.
    pub id: ClientId,
    /// What people call it.
    pub name: String,
    /// What it may do.
    pub scopes: Scopes,
    /// SHA-256 of its secret.
    pub secret_hash: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Timestamp>,
}

/// An OAuth 1.0 API key of an account.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ApiKey {
    /// The public name, `oauth_consumer_key`; of one account only in the whole installation.
    pub app_key: AppKey,
    /// What people call it.
    pub name: String,
    /// `oauth_token`.
    pub access_token: String,
    /// Its two secrets as they sign, encrypted with the installation's key.
    pub sealed_secrets: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Timestamp>,
}

/// A key that signs tokens, of the installation.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SigningKey {
    /// 1, 2, 3 …; two nodes that make the next key at once make the same number, and one loses.
    pub sequence: i64,
    /// The `kid` in a token's header.
    pub kid: String,
    /// The private key, encrypted with the installation's key.
    pub sealed_private_key: Vec<u8>,
    /// The public key as a JWK (RFC 7517).
    pub public_jwk: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on tokens are signed with it.
    pub signs_from: Timestamp,
}

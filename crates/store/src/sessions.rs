//! Data that authentication writes: sessions and the nonces of signed requests.

use async_trait::async_trait;
use outbound_model::{AccountId, AppKey, Timestamp, UserId};

use crate::{StoreError, User};

/// A session. Only SHA-256 hashes of its three secrets are stored.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Session {
    /// Hash of the cookie.
    pub cookie_hash: Vec<u8>,
    /// Hash of the CSRF token that must accompany the cookie.
    pub csrf_hash: Vec<u8>,
    /// Hash of the bearer token.
    pub bearer_hash: Vec<u8>,
    /// The owner.
    pub user: UserId,
    /// When the user logged in.
    pub created_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
    /// When it ends unless it is extended; never later than `expires_at`.
    pub idle_until: Timestamp,
}

/// A session with its user.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SessionWithUser {
    /// The account of the session and its user.
    pub account: AccountId,
    /// The session, which may have ended.
    pub session: Session,
    /// Its user, who is not revoked and whose password has not changed since the login.
    pub user: User,
}

/// The nonce of a signed request.
#[derive(Clone, Copy, Debug)]
pub struct Nonce<'n> {
    /// The owner.
    pub app_key: &'n AppKey,
    /// The nonce itself.
    pub value: &'n str,
    /// When the nonce expires and may be deleted.
    pub expires_at: Timestamp,
}

/// The sessions and nonces of all accounts. No method waits for a transaction of another concern, such as a
/// large import, on any engine. Sessions end when a change that revokes their user or sets a new password is
/// committed.
#[async_trait]
pub trait Sessions: Send + Sync {
    /// Opens a session. Returns `false` if the user is revoked or no longer has the password with this hash.
    /// Keeps the newest hundred sessions of the user, including this one, and deletes the account's ended
    /// sessions.
    async fn open_session(
        &self,
        account: &AccountId,
        session: &Session,
        password_hash: &str,
    ) -> Result<bool, StoreError>;

    /// Extends the session whose cookie has this hash.
    async fn extend_session(
        &self,
        account: &AccountId,
        cookie_hash: &[u8],
        idle_until: Timestamp,
    ) -> Result<(), StoreError>;

    /// Ends the session whose cookie has this hash, if there is one.
    async fn end_session(&self, account: &AccountId, cookie_hash: &[u8]) -> Result<(), StoreError>;

    /// Finds the session whose cookie has this hash.
    async fn session_of_cookie(
        &self,
        account: &AccountId,
        cookie_hash: &[u8],
    ) -> Result<Option<SessionWithUser>, StoreError>;

    /// Finds the session whose bearer token has this hash, in any account.
    async fn session_of_bearer(&self, bearer_hash: &[u8]) -> Result<Option<SessionWithUser>, StoreError>;

    /// Records the use of a nonce at `now`. Returns `false` if it was used before and has not expired. Of
    /// several concurrent callers on any nodes, only one gets `true`. Does not increment the revision.
    async fn spend_nonce(
        &self,
        account: &AccountId,
        nonce: Nonce<'_>,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Deletes up to `limit` nonces of all accounts that have expired at `now`, and returns how many were
    /// deleted.
    async fn prune_nonces(&self, now: Timestamp, limit: u32) -> Result<u64, StoreError>;
}

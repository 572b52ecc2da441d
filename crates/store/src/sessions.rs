//! What authentication writes: the sessions that logins open, and the nonces of signed requests.

use async_trait::async_trait;
use outbound_model::{AccountId, AppKey, Timestamp, UserId};

use crate::{StoreError, User};

/// What a login opened. Its three secrets are known only as SHA-256.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Session {
    /// Of the cookie.
    pub cookie_hash: Vec<u8>,
    /// Of what must come with the cookie.
    pub csrf_hash: Vec<u8>,
    /// Of the bearer token.
    pub bearer_hash: Vec<u8>,
    /// Whose it is.
    pub user: UserId,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it ends, however often it is refreshed.
    pub expires_at: Timestamp,
    /// When it ends unless it is refreshed; never after `expires_at`.
    pub idle_until: Timestamp,
}

/// A session with its user.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FoundSession {
    /// The account of both.
    pub account: AccountId,
    /// The session, over or not.
    pub session: Session,
    /// Its user, who is not revoked and has the password that opened the session.
    pub user: User,
}

/// The nonce of a signed request.
#[derive(Clone, Copy, Debug)]
pub struct Nonce<'n> {
    /// Whose it is.
    pub app_key: &'n AppKey,
    /// The nonce itself.
    pub value: &'n str,
    /// From when on it may be forgotten.
    pub expires_at: Timestamp,
}

/// The sessions and nonces of all accounts. None of the methods waits for a transaction of another concern, such
/// as a large import, whatever the engine. A session ends when its user is revoked or gets another password, at the
/// commit of that change.
#[async_trait]
pub trait Sessions: Send + Sync {
    /// Opens a session for a user who is not revoked and still has the password of this hash; otherwise
    /// answers `false`. Of the user's sessions the newest hundred stay, this one included, and the ended
    /// ones of the whole account are deleted.
    async fn open_session(
        &self,
        account: &AccountId,
        session: &Session,
        password_hash: &str,
    ) -> Result<bool, StoreError>;

    /// Moves the idle end of the session whose cookie has this SHA-256.
    async fn extend_session(
        &self,
        account: &AccountId,
        cookie_hash: &[u8],
        idle_until: Timestamp,
    ) -> Result<(), StoreError>;

    /// Ends the session whose cookie has this SHA-256; does nothing if there is none.
    async fn end_session(&self, account: &AccountId, cookie_hash: &[u8]) -> Result<(), StoreError>;

    /// The session whose cookie has this SHA-256.
    async fn session_of_cookie(
        &self,
        account: &AccountId,
        cookie_hash: &[u8],
    ) -> Result<Option<FoundSession>, StoreError>;

    /// The session whose bearer has this SHA-256, of whichever account.
    async fn session_of_bearer(&self, bearer_hash: &[u8]) -> Result<Option<FoundSession>, StoreError>;

    /// Notes that a nonce was used at `now`; `false` if it was before and has not expired since. Of
    /// any number of callers, on whatever node, one is told `true`. Does not move the revision.
    async fn spend_nonce(
        &self,
        account: &AccountId,
        nonce: Nonce<'_>,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Forgets up to `most` nonces of the installation that have expired at `now`, and answers how many.
    async fn forget_nonces(&self, now: Timestamp, most: u32) -> Result<u64, StoreError>;
}

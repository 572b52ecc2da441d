//! The sessions that logins open.

use async_trait::async_trait;
use outbound_model::{AccountId, Timestamp, UserId};

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
    /// Its user, revoked or not.
    pub user: User,
}

/// The sessions of all accounts. Each method is atomic, and none waits for a writer of the account's
/// catalogue.
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
}

//! Sessions and nonces. Nothing here locks an account.
//!
//! On SQLite these tables are in the operational file, and users are in the main file. No transaction spans
//! both. A session therefore stores a mark of the password that opened it (`password_mark`), and readers
//! compare it with that of the user.

mod rows;
pub(crate) mod statements;

use async_trait::async_trait;
use outbound_model::{AccountId, Timestamp};
use outbound_store::{Nonce, Session, SessionWithUser, Sessions, StoreError, User};
use rows::SessionRow;
use sha2::{Digest, Sha256};
use statements as sql;

use crate::SqlStore;
use crate::credentials::UserRow;
use crate::credentials::statements::USER_BY_ID;
use crate::rows::parse_stored;
use crate::transaction::SqlTransaction;

/// Maximum number of sessions of a user.
const MAX_SESSIONS: i64 = 100;

/// Identifies the password that opened a session. Password hashes are salted, so each new password has
/// another mark, and the mark does not reveal the password.
pub(crate) fn password_mark(password_hash: &str) -> Vec<u8> {
    Sha256::digest(password_hash).to_vec()
}

impl SqlStore {
    /// Finds an active user.
    async fn active_user(&self, account: &AccountId, user: &str) -> Result<Option<User>, StoreError> {
        let found: Option<UserRow> = self.reader(account).optional(USER_BY_ID, &[user.into()]).await?;
        let found = found.map(User::try_from).transpose()?;
        Ok(found.filter(|user| user.revoked_at.is_none()))
    }

    /// Adds the user to a session, unless the user was revoked or the password has changed since the login.
    async fn with_user(&self, row: Option<SessionRow>) -> Result<Option<SessionWithUser>, StoreError> {
        let Some(row) = row else { return Ok(None) };
        let account = parse_stored(&row.account_id)?;
        let user = self.active_user(&account, &row.user_id).await?;
        match user.filter(|user| password_mark(&user.password_hash) == row.password_mark) {
            Some(user) => Ok(Some(SessionWithUser { account, session: row.try_into()?, user })),
            None => Ok(None),
        }
    }
}

#[async_trait]
impl Sessions for SqlStore {
    async fn open_session(
        &self,
        account: &AccountId,
        session: &Session,
        password_hash: &str,
    ) -> Result<bool, StoreError> {
        let user = session.user.as_str();
        let found = self.active_user(account, user).await?;
        if found.is_none_or(|found| found.password_hash != password_hash) {
            return Ok(false);
        }
        // Not in the transaction below, because it locks rows of other users.
        let ended = sql::DELETE_ENDED_SESSIONS.for_engine(self.operational.is_postgres());
        self.operational.execute_in(account, ended, &[session.created_at.into()]).await?;
        let mut transaction = SqlTransaction::begin(&self.operational, account).await?;
        let mark = password_mark(password_hash);
        let row = [
            (&*session.cookie_hash).into(),
            (&*session.csrf_hash).into(),
            (&*session.bearer_hash).into(),
            user.into(),
            (&*mark).into(),
            session.created_at.into(),
            session.expires_at.into(),
            session.idle_until.into(),
        ];
        transaction.execute(sql::INSERT_SESSION, &row).await?;
        transaction.execute(sql::DELETE_OLD_SESSIONS, &[user.into(), MAX_SESSIONS.into()]).await?;
        transaction.commit_with_audit().await?;
        Ok(true)
    }

    async fn extend_session(
        &self,
        account: &AccountId,
        cookie_hash: &[u8],
        idle_until: Timestamp,
    ) -> Result<(), StoreError> {
        let row = [cookie_hash.into(), idle_until.into()];
        self.operational.execute_in(account, sql::EXTEND_SESSION, &row).await.map(drop)
    }

    async fn end_session(&self, account: &AccountId, cookie_hash: &[u8]) -> Result<(), StoreError> {
        self.operational.execute_in(account, sql::DELETE_SESSION, &[cookie_hash.into()]).await.map(drop)
    }

    async fn session_of_cookie(
        &self,
        account: &AccountId,
        cookie_hash: &[u8],
    ) -> Result<Option<SessionWithUser>, StoreError> {
        let reader = self.operational.reader_in(account);
        self.with_user(reader.optional(sql::SESSION_OF_COOKIE, &[cookie_hash.into()]).await?).await
    }

    async fn session_of_bearer(&self, bearer_hash: &[u8]) -> Result<Option<SessionWithUser>, StoreError> {
        self.with_user(self.operational.credential(sql::SESSION_OF_BEARER, bearer_hash).await?).await
    }

    async fn spend_nonce(
        &self,
        account: &AccountId,
        nonce: Nonce<'_>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let row = [nonce.app_key.as_str().into(), nonce.value.into(), nonce.expires_at.into(), now.into()];
        Ok(self.operational.execute_in(account, sql::SPEND_NONCE, &row).await? > 0)
    }

    async fn prune_nonces(&self, now: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let forget = sql::PRUNE_NONCES.for_engine(self.operational.is_postgres());
        self.operational.execute(forget, &[now.into(), i64::from(limit).into()]).await
    }
}

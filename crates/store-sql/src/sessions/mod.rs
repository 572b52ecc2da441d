//! The sessions that logins open. Nothing here locks an account.

mod rows;
pub(crate) mod statements;

use async_trait::async_trait;
use outbound_model::{AccountId, Timestamp, UserId};
use outbound_store::{FoundSession, Session, Sessions, StoreError};
use rows::SessionRow;
use statements as sql;

use crate::SqlStore;
use crate::transaction::SqlTransaction;

/// The most sessions that a user has at once.
const MOST_SESSIONS: i64 = 100;

impl SqlTransaction {
    /// Ends every session of a user, whose row this transaction has changed before: so none is opened
    /// meanwhile.
    pub(crate) async fn end_sessions(&mut self, user: &UserId) -> Result<(), StoreError> {
        let none = [user.as_str().into(), 0.into()];
        self.execute(sql::DELETE_OLD_SESSIONS, &none).await.map(drop)
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
        // By itself, as it locks rows of other users.
        let ended = sql::DELETE_ENDED_SESSIONS.of(self.pools.is_postgres());
        self.execute_in(account, ended, &[session.created_at.into()]).await?;
        let mut transaction = SqlTransaction::begin(&self.pools, account).await?;
        let user = session.user.as_str();
        if transaction.execute(sql::LOCK_USER, &[user.into(), password_hash.into()]).await? == 0 {
            return Ok(false);
        }
        let row = [
            (&*session.cookie_hash).into(),
            (&*session.csrf_hash).into(),
            (&*session.bearer_hash).into(),
            user.into(),
            session.created_at.into(),
            session.expires_at.into(),
            session.idle_until.into(),
        ];
        transaction.execute(sql::INSERT_SESSION, &row).await?;
        transaction.execute(sql::DELETE_OLD_SESSIONS, &[user.into(), MOST_SESSIONS.into()]).await?;
        transaction.make_durable().await?;
        Ok(true)
    }

    async fn extend_session(
        &self,
        account: &AccountId,
        cookie_hash: &[u8],
        idle_until: Timestamp,
    ) -> Result<(), StoreError> {
        let row = [cookie_hash.into(), idle_until.into()];
        self.execute_in(account, sql::EXTEND_SESSION, &row).await.map(drop)
    }

    async fn end_session(&self, account: &AccountId, cookie_hash: &[u8]) -> Result<(), StoreError> {
        self.execute_in(account, sql::DELETE_SESSION, &[cookie_hash.into()]).await.map(drop)
    }

    async fn session_of_cookie(
        &self,
        account: &AccountId,
        cookie_hash: &[u8],
    ) -> Result<Option<FoundSession>, StoreError> {
        let found = self.reader(account).optional(sql::SESSION_OF_COOKIE, &[cookie_hash.into()]).await?;
        found.map(|row: SessionRow| row.try_into()).transpose()
    }

    async fn session_of_bearer(&self, bearer_hash: &[u8]) -> Result<Option<FoundSession>, StoreError> {
        let rows: Vec<SessionRow> = self.all(sql::SESSION_OF_BEARER, &[bearer_hash.into()]).await?;
        rows.into_iter().next().map(FoundSession::try_from).transpose()
    }
}

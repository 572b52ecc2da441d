//! Writes to the sessions of one account.

use async_trait::async_trait;
use outbound_model::Timestamp;
use outbound_store::{AuditEntry, Session, SessionTransaction, StoreError};

use crate::statements;
use crate::transaction::SqlTransaction;

/// The most sessions that a user has at once.
const MOST_SESSIONS: i64 = 100;

#[async_trait]
impl SessionTransaction for SqlTransaction {
    async fn open(&mut self, session: &Session, password_hash: &str) -> Result<bool, StoreError> {
        self.execute(statements::DELETE_ENDED_SESSIONS, &[session.created_at.into()]).await?;
        let row = [
            (&*session.cookie_hash).into(),
            (&*session.csrf_hash).into(),
            (&*session.bearer_hash).into(),
            session.user.as_str().into(),
            session.created_at.into(),
            session.expires_at.into(),
            session.idle_until.into(),
            password_hash.into(),
        ];
        if self.execute(statements::INSERT_SESSION, &row).await? == 0 {
            return Ok(false);
        }
        let most = [session.user.as_str().into(), MOST_SESSIONS.into()];
        self.execute(statements::DELETE_OLD_SESSIONS, &most).await?;
        Ok(true)
    }

    async fn extend(&mut self, cookie_hash: &[u8], idle_until: Timestamp) -> Result<(), StoreError> {
        self.execute(statements::EXTEND_SESSION, &[cookie_hash.into(), idle_until.into()]).await.map(drop)
    }

    async fn end(&mut self, cookie_hash: &[u8]) -> Result<(), StoreError> {
        self.execute(statements::DELETE_SESSION, &[cookie_hash.into()]).await.map(drop)
    }

    async fn audit(&mut self, entry: &AuditEntry) -> Result<(), StoreError> {
        self.add_audit(entry);
        Ok(())
    }

    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        self.make_durable().await.map(drop)
    }
}

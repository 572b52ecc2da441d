//! Rows of users, sessions and the audit, and the records made of them.

use outbound_store::{AuditEntry, AuditRecord, FoundSession, Session, StoreError, User};
use sqlx::FromRow;

use crate::rows::{parsed, time};

#[derive(FromRow)]
pub(crate) struct UserRow {
    user_id: String,
    username: String,
    role: String,
    password_hash: String,
    created_at: i64,
    revoked_at: Option<i64>,
}

impl TryFrom<UserRow> for User {
    type Error = StoreError;

    fn try_from(row: UserRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: parsed(&row.user_id)?,
            name: parsed(&row.username)?,
            role: parsed(&row.role)?,
            password_hash: row.password_hash,
            created_at: time(row.created_at)?,
            revoked_at: row.revoked_at.map(time).transpose()?,
        })
    }
}

#[derive(FromRow)]
pub(crate) struct SessionRow {
    account_id: String,
    cookie_hash: Vec<u8>,
    csrf_hash: Vec<u8>,
    bearer_hash: Vec<u8>,
    opened_at: i64,
    expires_at: i64,
    idle_until: i64,
    #[sqlx(flatten)]
    user: UserRow,
}

impl TryFrom<SessionRow> for FoundSession {
    type Error = StoreError;

    fn try_from(row: SessionRow) -> Result<Self, StoreError> {
        let user = User::try_from(row.user)?;
        let session = Session {
            cookie_hash: row.cookie_hash,
            csrf_hash: row.csrf_hash,
            bearer_hash: row.bearer_hash,
            user: user.id.clone(),
            created_at: time(row.opened_at)?,
            expires_at: time(row.expires_at)?,
            idle_until: time(row.idle_until)?,
        };
        Ok(Self { account: parsed(&row.account_id)?, session, user })
    }
}

#[derive(FromRow)]
pub(crate) struct AuditRow {
    sequence: i64,
    at: i64,
    actor: String,
    action: String,
    subject: String,
    address: Option<String>,
    details: String,
}

impl TryFrom<AuditRow> for AuditRecord {
    type Error = StoreError;

    fn try_from(row: AuditRow) -> Result<Self, StoreError> {
        let entry = AuditEntry {
            at: time(row.at)?,
            actor: row.actor,
            action: parsed(&row.action)?,
            subject: row.subject,
            address: row.address,
            details: row.details,
        };
        Ok(Self { sequence: row.sequence, entry })
    }
}

//! Rows of sessions, and the records made of them.

use outbound_store::{FoundSession, Session, StoreError, User};

use crate::credentials::UserRow;
use crate::rows::{from_row, parsed, time};

pub(crate) struct SessionRow {
    account_id: String,
    cookie_hash: Vec<u8>,
    csrf_hash: Vec<u8>,
    bearer_hash: Vec<u8>,
    opened_at: i64,
    expires_at: i64,
    idle_until: i64,
    user: UserRow,
}

from_row!(SessionRow {
    account_id, cookie_hash, csrf_hash, bearer_hash, opened_at, expires_at, idle_until,
} with user);

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

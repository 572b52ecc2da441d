//! Rows of sessions and their conversion to records.

use outbound_store::{Session, StoreError};

use crate::rows::{from_row, parse_stored, time};

pub(super) struct SessionRow {
    pub(super) account_id: String,
    cookie_hash: Vec<u8>,
    csrf_hash: Vec<u8>,
    bearer_hash: Vec<u8>,
    pub(super) user_id: String,
    pub(super) password_mark: Vec<u8>,
    created_at: i64,
    expires_at: i64,
    idle_until: i64,
}

from_row!(SessionRow {
    account_id,
    cookie_hash,
    csrf_hash,
    bearer_hash,
    user_id,
    password_mark,
    created_at,
    expires_at,
    idle_until,
});

impl TryFrom<SessionRow> for Session {
    type Error = StoreError;

    fn try_from(row: SessionRow) -> Result<Self, StoreError> {
        Ok(Self {
            cookie_hash: row.cookie_hash,
            csrf_hash: row.csrf_hash,
            bearer_hash: row.bearer_hash,
            user: parse_stored(&row.user_id)?,
            created_at: time(row.created_at)?,
            expires_at: time(row.expires_at)?,
            idle_until: time(row.idle_until)?,
        })
    }
}

//! What an engine reports, in the words of the store. The only place that looks into sqlx's errors.

use outbound_store::StoreError;
use sqlx::error::{DatabaseError, ErrorKind};
use sqlx::migrate::MigrateError;
use sqlx::postgres::PgDatabaseError;

/// Turns an engine's error into the store's. A broken unique key is a [`StoreError::Conflict`]. `place`
/// is the database as messages name it; only logs and the command line show it.
pub(crate) fn store_error(error: &sqlx::Error, place: &str) -> StoreError {
    let at = format!("{place}: {error}");
    match error {
        sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::BeginFailed
        | sqlx::Error::Protocol(_)
        | sqlx::Error::Io(_)
        | sqlx::Error::Tls(_) => StoreError::Unavailable(at.into()),
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => StoreError::Corrupt(at),
        sqlx::Error::Configuration(_) => StoreError::Url(error.to_string()),
        sqlx::Error::Database(reported) => match kind(reported.as_ref()) {
            Kind::Unavailable => StoreError::Unavailable(at.into()),
            Kind::Busy => StoreError::Busy(at.into()),
            Kind::Conflict => StoreError::Conflict,
            Kind::Corrupt => StoreError::Corrupt(format!("{place}: {}", reported.message())),
            Kind::Schema => StoreError::Schema(at.into()),
            Kind::Other => StoreError::Engine(at.into()),
        },
        _ => StoreError::Engine(at.into()),
    }
}

/// Turns the error of connecting to PostgreSQL into the store's: whatever a proxy or server in between
/// says, the database cannot be reached.
pub(crate) fn connect_error(error: &sqlx::Error, place: &str) -> StoreError {
    StoreError::Unavailable(format!("{place}: {error}").into())
}

/// Like [`store_error`], for the only connection that writes to SQLite: a timeout while waiting for it
/// means that another writer has it.
pub(crate) fn sqlite_writer_error(error: &sqlx::Error, place: &str) -> StoreError {
    match error {
        sqlx::Error::PoolTimedOut => StoreError::Busy(format!("{place}: {error}").into()),
        other => store_error(other, place),
    }
}

/// Turns a failed migration into the store's error.
pub(crate) fn migrate_error(error: &MigrateError, place: &str) -> StoreError {
    match error {
        MigrateError::Execute(error) => store_error(error, place),
        other => StoreError::Schema(format!("{place}: {other}").into()),
    }
}

enum Kind {
    Unavailable,
    Busy,
    Conflict,
    Corrupt,
    Schema,
    Other,
}

fn kind(reported: &dyn DatabaseError) -> Kind {
    if reported.is_unique_violation() {
        return Kind::Conflict;
    }
    let code = reported.code().unwrap_or_default();
    match reported.try_downcast_ref::<PgDatabaseError>() {
        Some(_) => postgres_kind(&code),
        None => sqlite_kind(&code, reported.message()),
    }
}

/// Whether a session goes on after this error as before: an open transaction can be rolled back.
pub(crate) fn leaves_state_known(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|reported| {
        let is_constraint = !matches!(reported.kind(), ErrorKind::Other);
        is_constraint || reported.code().is_some_and(|code| code == LOCK_NOT_AVAILABLE)
    })
}

/// PostgreSQL: another session held a lock for longer than `lock_timeout`.
const LOCK_NOT_AVAILABLE: &str = "55P03";

/// By SQLSTATE (PostgreSQL's manual, appendix A).
fn postgres_kind(code: &str) -> Kind {
    match code {
        // Undefined table or column.
        "42P01" | "42703" => Kind::Schema,
        // Damaged data or index.
        "XX001" | "XX002" => Kind::Corrupt,
        // Lock not to be had in time.
        LOCK_NOT_AVAILABLE => Kind::Busy,
        // Cancelled for its time, a standby that cannot write, no such database.
        "57014" | "25006" | "3D000" => Kind::Unavailable,
        // Connection, login, rolled back for another's sake, resources, operator, system.
        _ if ["08", "28", "40", "53", "57", "58"].iter().any(|class| code.starts_with(class)) => {
            Kind::Unavailable
        }
        _ => Kind::Other,
    }
}

/// By primary result code, the low byte of the extended one (sqlite.org/rescode.html).
fn sqlite_kind(code: &str, message: &str) -> Kind {
    match code.parse::<i32>().map(|extended| extended & 0xff) {
        // Busy, locked.
        Ok(5 | 6) => Kind::Busy,
        // No permission, no memory, read-only, interrupted, I/O error, full, cannot open, locking, no large files.
        Ok(3 | 7..=10 | 13..=15 | 22) => Kind::Unavailable,
        // Damaged, or not a database.
        Ok(11 | 26) => Kind::Corrupt,
        // A trigger that stands in for a unique key (migration 0015).
        Ok(19) if message.ends_with("the row exists") => Kind::Conflict,
        // SQLite has no code of its own for these.
        Ok(1) if message.starts_with("no such table") || message.starts_with("no such column") => {
            Kind::Schema
        }
        _ => Kind::Other,
    }
}

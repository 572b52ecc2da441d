//! Converts errors of the engines to errors of the store. No other module inspects sqlx's errors.

use outbound_store::StoreError;
use sqlx::error::{DatabaseError, ErrorKind};
use sqlx::migrate::MigrateError;
use sqlx::postgres::PgDatabaseError;

/// Converts an engine's error. A violated unique key becomes [`StoreError::Conflict`]. `label` names the
/// database in messages, which only logs and the command line show.
pub(crate) fn store_error(error: &sqlx::Error, label: &str) -> StoreError {
    let at = format!("{label}: {error}");
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
        sqlx::Error::Database(reported) => match category(reported.as_ref()) {
            ErrorCategory::Unavailable => StoreError::Unavailable(at.into()),
            ErrorCategory::Busy => StoreError::Busy(at.into()),
            ErrorCategory::Conflict => StoreError::Conflict,
            ErrorCategory::Corrupt => StoreError::Corrupt(format!("{label}: {}", reported.message())),
            ErrorCategory::Schema => StoreError::Schema(at.into()),
            ErrorCategory::Nul => StoreError::Nul,
            ErrorCategory::Other => StoreError::Engine(at.into()),
        },
        _ => StoreError::Engine(at.into()),
    }
}

/// Converts an error of connecting to PostgreSQL. With any error of a proxy or server, the database is
/// unavailable.
pub(crate) fn connect_error(error: &sqlx::Error, label: &str) -> StoreError {
    StoreError::Unavailable(format!("{label}: {error}").into())
}

/// Like [`store_error`], for the only connection that writes to SQLite. A timeout while waiting for it means
/// that another writer uses it.
pub(crate) fn sqlite_writer_error(error: &sqlx::Error, label: &str) -> StoreError {
    match error {
        sqlx::Error::PoolTimedOut => StoreError::Busy(format!("{label}: {error}").into()),
        other => store_error(other, label),
    }
}

/// Converts the error of a migration.
pub(crate) fn migrate_error(error: &MigrateError, label: &str) -> StoreError {
    match error {
        MigrateError::Execute(error) => store_error(error, label),
        other => StoreError::Schema(format!("{label}: {other}").into()),
    }
}

/// Whether a migration failed only because other sessions held locks. It has changed nothing; those before it may be
/// applied.
pub(crate) fn is_lock_conflict(error: &MigrateError) -> bool {
    let (MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _)) = error else {
        return false;
    };
    let code = error.as_database_error().and_then(DatabaseError::code);
    code.is_some_and(|code| [LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED].contains(&&*code))
}

enum ErrorCategory {
    Unavailable,
    Busy,
    Conflict,
    Corrupt,
    Schema,
    Nul,
    Other,
}

fn category(reported: &dyn DatabaseError) -> ErrorCategory {
    if reported.is_unique_violation() {
        return ErrorCategory::Conflict;
    }
    let code = reported.code().unwrap_or_default();
    match reported.try_downcast_ref::<PgDatabaseError>() {
        Some(_) => postgres_category(&code),
        None => sqlite_category(&code, reported.message()),
    }
}

/// Whether the session can be used after this error. An open transaction can be rolled back.
pub(crate) fn leaves_session_usable(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|reported| {
        let is_constraint = !matches!(reported.kind(), ErrorKind::Other);
        is_constraint || reported.code().is_some_and(|code| code == LOCK_NOT_AVAILABLE)
    })
}

/// SQLSTATE: another session held a lock for longer than `lock_timeout`.
const LOCK_NOT_AVAILABLE: &str = "55P03";
/// SQLSTATE: two sessions waited for each other, and this one was rolled back.
const DEADLOCK_DETECTED: &str = "40P01";

/// Classifies a SQLSTATE (PostgreSQL's manual, appendix A).
fn postgres_category(code: &str) -> ErrorCategory {
    match code {
        // Undefined table or column.
        "42P01" | "42703" => ErrorCategory::Schema,
        // Corrupt data or index.
        "XX001" | "XX002" => ErrorCategory::Corrupt,
        // A byte sequence that its encoding, UTF-8, does not permit: strings are UTF-8, so only NUL is left.
        "22021" => ErrorCategory::Nul,
        // Lock timeout.
        LOCK_NOT_AVAILABLE => ErrorCategory::Busy,
        // Statement timeout, read-only server, unknown database.
        "57014" | "25006" | "3D000" => ErrorCategory::Unavailable,
        // Classes: connection, authentication, transaction rollback, resources, operator intervention, system
        // error.
        _ if ["08", "28", "40", "53", "57", "58"].iter().any(|class| code.starts_with(class)) => {
            ErrorCategory::Unavailable
        }
        _ => ErrorCategory::Other,
    }
}

/// Classifies a primary result code, which is the low byte of the extended code (sqlite.org/rescode.html).
fn sqlite_category(code: &str, message: &str) -> ErrorCategory {
    match code.parse::<i32>().map(|extended| extended & 0xff) {
        // Busy, locked.
        Ok(5 | 6) => ErrorCategory::Busy,
        // No permission, no memory, read-only, interrupted, I/O error, full, cannot open, locking, no large files.
        Ok(3 | 7..=10 | 13..=15 | 22) => ErrorCategory::Unavailable,
        // Corrupt, or not a database.
        Ok(11 | 26) => ErrorCategory::Corrupt,
        // A trigger that replaces a unique key (migration 0015).
        Ok(19) if message.ends_with("the row exists") => ErrorCategory::Conflict,
        // SQLite has no specific code for these.
        Ok(1) if message.starts_with("no such table") || message.starts_with("no such column") => {
            ErrorCategory::Schema
        }
        _ => ErrorCategory::Other,
    }
}

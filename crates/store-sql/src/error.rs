//! What an engine reports, in the words of the store. The only place that looks into sqlx's errors.

use outbound_store::StoreError;
use sqlx::error::DatabaseError;
use sqlx::migrate::MigrateError;
use sqlx::postgres::PgDatabaseError;

/// Turns an engine's error into the store's. A broken unique key is a [`StoreError::Conflict`].
pub(crate) fn store_error(error: sqlx::Error) -> StoreError {
    match &error {
        sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::Io(_)
        | sqlx::Error::Tls(_) => StoreError::Unavailable(error.into()),
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => StoreError::Corrupt(error.to_string()),
        sqlx::Error::Configuration(_) => StoreError::Url(error.to_string()),
        sqlx::Error::Database(reported) => match kind(reported.as_ref()) {
            Kind::Unavailable => StoreError::Unavailable(error.into()),
            Kind::Busy => StoreError::Busy(error.into()),
            Kind::Conflict => StoreError::Conflict,
            Kind::Corrupt => StoreError::Corrupt(reported.message().to_owned()),
            Kind::Schema => StoreError::Schema(error.into()),
            Kind::Other => StoreError::Engine(error.into()),
        },
        _ => StoreError::Engine(error.into()),
    }
}

/// The same for SQLite's connection that writes, of which there is one: who waits for it waits for
/// another writer.
pub(crate) fn sqlite_writer_error(error: sqlx::Error) -> StoreError {
    match error {
        sqlx::Error::PoolTimedOut => StoreError::Busy(error.into()),
        other => store_error(other),
    }
}

/// Turns a failed migration into the store's error.
pub(crate) fn migrate_error(error: MigrateError) -> StoreError {
    match error {
        MigrateError::Execute(error) => store_error(error),
        other => StoreError::Schema(other.into()),
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

/// By SQLSTATE (PostgreSQL's manual, appendix A).
fn postgres_kind(code: &str) -> Kind {
    match code {
        // Undefined table or column.
        "42P01" | "42703" => Kind::Schema,
        // Damaged data or index.
        "XX001" | "XX002" => Kind::Corrupt,
        // Lock not to be had in time.
        "55P03" => Kind::Busy,
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
        // I/O error, full, cannot open.
        Ok(10 | 13 | 14) => Kind::Unavailable,
        // Damaged, or not a database.
        Ok(11 | 26) => Kind::Corrupt,
        // SQLite has no code of its own for these.
        Ok(1) if message.starts_with("no such table") || message.starts_with("no such column") => {
            Kind::Schema
        }
        _ => Kind::Other,
    }
}

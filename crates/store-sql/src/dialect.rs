//! The few words in which the engines' SQL differs. Everything else is in `statements`, once.

use crate::statements::TenantSql;

/// SQLite: takes the write lock at once, so that a transaction never fails half way for want of it.
pub(crate) const BEGIN_SQLITE: &str = "BEGIN IMMEDIATE";

/// PostgreSQL: locks row by row.
pub(crate) const BEGIN_POSTGRES: &str = "BEGIN";

/// PostgreSQL: where commits are told to every node (`changes`).
pub(crate) const CHANNEL_POSTGRES: &str = "outbound";

/// Moves an account's revision, and answers it and what else is asked for.
macro_rules! move_revision {
    ($more:literal) => {
        concat!("UPDATE accounts SET revision = revision + 1 WHERE account_id = $1 RETURNING revision", $more)
    };
}

pub(crate) use move_revision;

/// PostgreSQL: `statements::MOVE_REVISION` that also tells the account and its new revision, once the
/// transaction is committed.
pub(crate) const MOVE_REVISION_AND_NOTIFY_POSTGRES: TenantSql =
    TenantSql(move_revision!(", CAST(pg_notify('outbound', $1 || ' ' || revision) AS TEXT)"));

/// Tells nothing; fails on an engine that only speaks PostgreSQL's language and cannot tell.
pub(crate) const TRY_NOTIFY_POSTGRES: &str = "SELECT pg_notify('outbound', '')";

/// SQLite: the elements of the JSON array that is bound as `$array`, as rows with a `value`.
macro_rules! rows_sqlite {
    ($array:literal) => {
        concat!("json_each(", $array, ")")
    };
}

/// PostgreSQL: the same.
macro_rules! rows_postgres {
    ($array:literal) => {
        concat!("json_array_elements(CAST(", $array, " AS JSON))")
    };
}

pub(crate) use {rows_postgres, rows_sqlite};

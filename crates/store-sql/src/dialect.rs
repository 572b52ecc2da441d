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

/// A statement that adds many rows at once: each element of the JSON array $2 is one, and only how an
/// engine takes the array apart differs.
#[derive(Clone, Copy)]
pub(crate) struct AddRows {
    /// On SQLite.
    pub(crate) sqlite: TenantSql,
    /// On PostgreSQL.
    pub(crate) postgres: TenantSql,
}

/// The statement with the rows, called `e`, between its two halves. With four parts, the second is a
/// text that PostgreSQL keeps as bytes.
macro_rules! add_rows {
    ($before:expr, $after:expr) => {
        $crate::dialect::add_rows!(@ $before, $before, $after)
    };
    ($before:expr, $text:literal, $between:expr, $after:expr) => {
        $crate::dialect::add_rows!(
            @ concat!($before, $text, $between),
            concat!($before, "CONVERT_TO(", $text, ", 'UTF8')", $between),
            $after
        )
    };
    (@ $sqlite:expr, $postgres:expr, $after:expr) => {
        $crate::dialect::AddRows {
            sqlite: $crate::statements::TenantSql(concat!($sqlite, " json_each($2) e ", $after)),
            postgres: $crate::statements::TenantSql(concat!(
                $postgres,
                " json_array_elements(CAST($2 AS JSON)) e ",
                $after
            )),
        }
    };
}

pub(crate) use add_rows;

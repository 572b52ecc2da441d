//! The few words in which the engines' SQL differs. Everything else is in the statements of the concerns, once.

use crate::statement::TenantSql;

/// SQLite: takes the write lock at once, so that a transaction never fails half way for want of it.
pub(crate) const BEGIN_SQLITE: &str = "BEGIN IMMEDIATE";

/// PostgreSQL: locks row by row.
pub(crate) const BEGIN_POSTGRES: &str = "BEGIN";

/// PostgreSQL: the same for a transaction that locks its account. It waits for other nodes for a short time only,
/// as it holds a connection meanwhile.
pub(crate) const BEGIN_LOCKING_POSTGRES: &str = "BEGIN; SET LOCAL lock_timeout = '1s'";

/// SQLite: the tables of the file.
pub(crate) const TABLES_SQLITE: &str = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name";

/// SQLite: copies the whole database into a file that is missing or empty.
pub(crate) const BACK_UP_SQLITE: &str = "VACUUM INTO $1";

/// PostgreSQL: the tables of the schema in which ours are made, without those of extensions.
pub(crate) const TABLES_POSTGRES: &str = "
    SELECT CAST(c.relname AS TEXT) FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_depend AS d WHERE d.objid = c.oid AND d.deptype = 'e')
    ORDER BY c.relname";

/// PostgreSQL: leaves a mark in the session.
pub(crate) const MARK_SESSION_POSTGRES: &str = "SET outbound.session = 'taken'";

/// PostgreSQL: takes the mark away.
pub(crate) const UNMARK_SESSION_POSTGRES: &str = "RESET outbound.session";

/// PostgreSQL: the mark of the session, if there is one.
pub(crate) const SESSION_MARK_POSTGRES: &str = "SELECT current_setting('outbound.session', true)";

/// PostgreSQL: where commits are told to every node (`changes`).
pub(crate) const CHANNEL_POSTGRES: &str = "outbound";

/// PostgreSQL: makes the index of searches, which needs an extension that not every server has or allows.
pub(crate) const MAKE_SEARCH_INDEX_POSTGRES: [&str; 2] = [
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX IF NOT EXISTS search_texts_trigrams ON search_texts USING gin (texts gin_trgm_ops)",
];

/// Moves an account's revision, and answers it and what else is asked for.
macro_rules! move_revision {
    ($more:literal) => {
        concat!("UPDATE accounts SET revision = revision + 1 WHERE account_id = $1 RETURNING revision", $more)
    };
}

pub(crate) use move_revision;

/// PostgreSQL: `accounts::MOVE_REVISION` that also tells the account and its new revision, once the
/// transaction is committed.
pub(crate) const MOVE_REVISION_AND_NOTIFY_POSTGRES: TenantSql =
    TenantSql(move_revision!(", CAST(pg_notify('outbound', $1 || ' ' || revision) AS TEXT)"));

/// Tells nothing; fails on an engine that only speaks PostgreSQL's language and cannot tell.
pub(crate) const TRY_NOTIFY_POSTGRES: &str = "SELECT pg_notify('outbound', '')";

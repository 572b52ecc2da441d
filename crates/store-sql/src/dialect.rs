//! The SQL that differs between the engines. All other statements are defined once, in their concerns.

use crate::statement::TenantSql;

/// SQLite: takes the write lock at the beginning, so that a transaction cannot fail later for lack of it.
pub(crate) const BEGIN_SQLITE: &str = "BEGIN IMMEDIATE";

/// PostgreSQL: takes row locks as needed.
pub(crate) const BEGIN_POSTGRES: &str = "BEGIN";

/// PostgreSQL: begins a transaction that locks its account. It waits only briefly for other nodes, because it
/// holds a connection while it waits.
pub(crate) const BEGIN_LOCKING_POSTGRES: &str = "BEGIN; SET LOCAL lock_timeout = '1s'";

/// SQLite: the tables of the file.
pub(crate) const TABLES_SQLITE: &str = "
    SELECT name
    FROM sqlite_schema
    WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
    ORDER BY name";

/// SQLite: copies the database into a file that is missing or empty.
pub(crate) const BACK_UP_SQLITE: &str = "VACUUM INTO $1";

/// PostgreSQL: the tables of the schema in which new tables are created, without those of extensions.
pub(crate) const TABLES_POSTGRES: &str = "
    SELECT CAST(c.relname AS TEXT) FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND NOT EXISTS (
        SELECT 1 FROM pg_catalog.pg_depend AS d WHERE d.objid = c.oid AND d.deptype = 'e')
    ORDER BY c.relname";

/// PostgreSQL: sets a mark in the session.
pub(crate) const MARK_SESSION_POSTGRES: &str = "SET outbound.session = 'taken'";

/// PostgreSQL: removes the mark.
pub(crate) const UNMARK_SESSION_POSTGRES: &str = "RESET outbound.session";

/// PostgreSQL: reads the mark of the session.
pub(crate) const SESSION_MARK_POSTGRES: &str = "SELECT current_setting('outbound.session', true)";

/// PostgreSQL: the channel of commit notifications (`commits`).
pub(crate) const CHANNEL_POSTGRES: &str = "outbound";

/// PostgreSQL: creates the search index, which needs an extension that some servers do not have or do not
/// allow, and updates the planner's statistics, with which it decides whether to use the index.
pub(crate) const PREPARE_SEARCH_INDEX_POSTGRES: [&str; 3] = [
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX IF NOT EXISTS search_texts_trigrams ON search_texts USING gin (texts gin_trgm_ops)",
    "ANALYZE search_pending, search_texts",
];

/// PostgreSQL: updates the planner's statistics of the tables that grow with an import. Leaves out those whose
/// statistics another connection is updating.
pub(crate) const UPDATE_STATISTICS_POSTGRES: &str = "
    ANALYZE (SKIP_LOCKED) handoffs, handoff_summaries, handoff_versions, handoff_changes, handoff_claims,
        published_elements, published_blocks";

/// PostgreSQL: the tables with names of partitions of transactions, whether they are attached, and whether an
/// interrupted statement was detaching them.
pub(crate) const PARTITION_TABLES_POSTGRES: &str = "
    SELECT CAST(c.relname AS TEXT), i.inhrelid IS NOT NULL, COALESCE(i.inhdetachpending, FALSE)
    FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_inherits AS i ON i.inhrelid = c.oid
    WHERE n.nspname = current_schema() AND c.relkind = 'r' AND c.relname ~ '^transactions_[0-9]{4,}_[0-9]{2}$'
    ORDER BY c.relname";

/// PostgreSQL: the time of the server in milliseconds since 1970.
pub(crate) const NOW_POSTGRES: &str = "SELECT CAST(EXTRACT(EPOCH FROM now()) * 1000 AS BIGINT)";

/// PostgreSQL: only one node at a time changes partitions. The number is the lock's name.
pub(crate) const LOCK_PARTITIONS_POSTGRES: &str = "SELECT pg_advisory_lock(1869967457)";

/// PostgreSQL: takes that lock if no other node has it. Returns whether it was taken.
pub(crate) const TRY_LOCK_PARTITIONS_POSTGRES: &str = "SELECT pg_try_advisory_lock(1869967457)";

/// PostgreSQL: releases that lock.
pub(crate) const UNLOCK_PARTITIONS_POSTGRES: &str = "SELECT pg_advisory_unlock(1869967457)";

/// Increments an account's revision and returns it, followed by `$more`.
macro_rules! increment_revision {
    ($more:literal) => {
        concat!("UPDATE accounts SET revision = revision + 1 WHERE account_id = $1 RETURNING revision", $more)
    };
}

pub(crate) use increment_revision;

/// PostgreSQL: like `accounts::INCREMENT_REVISION`, and notifies other nodes of the account and its new
/// revision when the transaction commits.
pub(crate) const INCREMENT_REVISION_AND_NOTIFY_POSTGRES: TenantSql =
    TenantSql(increment_revision!(", CAST(pg_notify('outbound', $1 || ' ' || revision) AS TEXT)"));

/// Checks whether the server supports notifications. Some databases with PostgreSQL's protocol do not.
pub(crate) const TRY_NOTIFY_POSTGRES: &str = "SELECT pg_notify('outbound', '')";

//! The few words in which the engines' SQL differs. Everything else is in `statements`, once.

use crate::statements::TenantSql;

/// SQLite: takes the write lock at once, so that a transaction never fails half way for want of it.
pub(crate) const BEGIN_SQLITE: &str = "BEGIN IMMEDIATE";

/// PostgreSQL: locks row by row.
pub(crate) const BEGIN_POSTGRES: &str = "BEGIN";

/// PostgreSQL: where commits are told to every node (`changes`).
pub(crate) const CHANNEL_POSTGRES: &str = "outbound";

/// PostgreSQL: tells the account and its revision $2, once the transaction is committed.
pub(crate) const NOTIFY_POSTGRES: TenantSql =
    TenantSql("SELECT pg_notify('outbound', $1 || ' ' || CAST($2 AS BIGINT))");

/// Tells nothing; fails on an engine that only speaks PostgreSQL's language and cannot tell.
pub(crate) const TRY_NOTIFY_POSTGRES: &str = "SELECT pg_notify('outbound', '')";

/// A statement whose text differs.
#[derive(Clone, Copy)]
pub(crate) struct PerEngine {
    /// On SQLite.
    pub(crate) sqlite: TenantSql,
    /// On PostgreSQL.
    pub(crate) postgres: TenantSql,
}

/// Adds the changes of the JSON array $2, whose elements `$element` takes apart.
macro_rules! add_changes {
    ($elements:literal) => {
        TenantSql(concat!(
            "
        INSERT INTO handoff_changes (account_id, sequence, at, actor, kind, handoff_id, version)
        SELECT a.account_id, CAST(e.value ->> 'sequence' AS BIGINT), CAST(e.value ->> 'at' AS BIGINT),
               e.value ->> 'by', e.value ->> 'kind', e.value ->> 'handoff',
               CAST(e.value ->> 'version' AS BIGINT)
        FROM accounts a CROSS JOIN ",
            $elements,
            " e
        WHERE a.account_id = $1"
        ))
    };
}

/// Adds many changes at once: an import makes two a handoff.
pub(crate) const ADD_CHANGES: PerEngine = PerEngine {
    sqlite: add_changes!("json_each($2)"),
    postgres: add_changes!("json_array_elements(CAST($2 AS JSON))"),
};

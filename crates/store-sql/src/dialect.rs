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

//! The few words in which the engines' SQL differs. Everything else is in `statements`, once.

/// SQLite: takes the write lock at once, so that a transaction never fails half way for want of it.
pub(crate) const BEGIN_SQLITE: &str = "BEGIN IMMEDIATE";

/// PostgreSQL: locks row by row.
pub(crate) const BEGIN_POSTGRES: &str = "BEGIN";

//! The store on SQLite (the default, embedded) and PostgreSQL (for several nodes).
//!
//! ```no_run
//! use outbound_store::Accounts;
//! use outbound_store_sql::{Options, SqlStore};
//!
//! # async fn run() -> Result<(), outbound_store::StoreError> {
//! let store = SqlStore::open("sqlite:outbound.db", &Options::default()).await?;
//! store.migrate().await?;
//! store.accounts().await?;
//! # Ok(())
//! # }
//! ```
//!
//! One folder for each concern of `outbound-store`, `catalogue`, `credentials`, `sessions`, `webhooks`, `jobs`, with
//! its statements, its rows and what implements its traits; `accounts` and `audit` are one file each. What they
//! share, from the outside in:
//!
//! - `open`, `sqlite` and `postgres` know URLs, pools and time limits; `migrations` applies the files in
//!   `migrations/`, which explain the schema; `store` is the store itself;
//! - `operational` pairs SQLite's two files, and moves the rows of older databases; `backup` copies both;
//! - `reader` and `transaction` read from and write to one account; `tenant` runs their statements and binds the
//!   account as `$1` itself;
//! - `statement` says what a statement is; `dialect` has the words in which the engines differ;
//! - `bulk_insert` and `lookup` make the statements that write and find many rows at once;
//! - `pools` runs statements outside of transactions; `engine` and `connection` hide which of sqlx's two drivers runs them, and `error` what they report; a
//!   connection whose state an error has left unknown is closed instead of used again;
//! - `shares` decides whose turn it is: each account has its share of the connections;
//! - `changes` hears of other nodes' commits; `rows` reads single values.
//!
//! What the engines promise:
//!
//! - *Durable.* SQLite runs with a write-ahead log and `synchronous=FULL`, PostgreSQL as its server is
//!   set: a commit that was answered survives a kill of the process, and of the machine.
//! - *One writer of an account's catalogue or credentials at a time.* Such a transaction begins by moving the
//!   account's revision, which locks its row on PostgreSQL. Until it is its turn in this process, it holds no
//!   connection. Sessions, nonces, webhooks and the audit lock
//!   rows of their own, none for longer than a few statements. SQLite has one connection that writes to each file,
//!   opened with `BEGIN IMMEDIATE`, which other processes wait for.
//! - *Logins and signed reads wait for no import.* Their tables (`sessions`) are in SQLite's operational file, which has
//!   a writer of its own. No transaction spans both files.
//! - *No hang.* Who waits for a connection, a lock or an answer longer than [`Options`] and the
//!   limits in `open` and `engine` allow gets `StoreError::Unavailable`, or `Busy` for another writer.
//!
//! Why it is built so: `docs/decisions/0002-shared-sql-statements.md`.

mod accounts;
mod audit;
mod backup;
mod bulk_insert;
mod catalogue;
mod changes;
mod connection;
mod credentials;
mod dialect;
mod engine;
mod error;
mod jobs;
mod lookup;
mod migrations;
mod open;
mod operational;
#[cfg(test)]
mod operational_tests;
mod pools;
mod postgres;
mod reader;
mod rows;
mod sessions;
mod shares;
mod sqlite;
mod statement;
#[cfg(test)]
mod statement_tests;
mod store;
mod tenant;
mod transaction;
mod webhooks;

pub use open::Options;
pub use store::SqlStore;

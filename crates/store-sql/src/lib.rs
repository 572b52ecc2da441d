//! The store on SQLite (the default, embedded) and PostgreSQL (for several nodes).
//!
//! ```no_run
//! use outbound_store::Store;
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
//! From the outside in:
//!
//! - `open`, `sqlite` and `postgres` know URLs, pools and time limits; `migrations` applies the files in `migrations/`, which
//!   explain the schema;
//! - `store`, `reader` and `transaction` implement the three traits of `outbound-store`;
//! - `tenant` runs statements on one account and binds it as `$1` itself;
//! - `statements` holds every statement once, for both engines; `dialect` what differs;
//! - `engine` and `connection` hide which of sqlx's two drivers runs them, and `error` what they report; a
//!   connection whose state an error has left unknown is closed instead of used again;
//! - `changes` hears of other nodes' commits;
//! - `rows` and `lists` turn rows into records and handoffs into list elements.
//!
//! What the engines promise:
//!
//! - *Durable.* SQLite runs with a write-ahead log and `synchronous=FULL`, PostgreSQL as its server is
//!   set: a commit that was answered survives a kill of the process, and of the machine.
//! - *One writer of an account at a time.* A transaction begins by moving the account's revision,
//!   which holds its row on PostgreSQL; SQLite has one connection that writes, opened with
//!   `BEGIN IMMEDIATE`, which other processes wait for.
//! - *No hang.* Who waits for a connection, a lock or an answer longer than [`Options`] and the
//!   limits in `open` and `engine` allow gets `StoreError::Unavailable`, or `Busy` for another writer.
//!
//! Why it is built so: `docs/decisions/0002-one-sql-text.md`.

mod changes;
mod connection;
mod dialect;
mod engine;
mod error;
mod handoff_rows;
mod lists;
mod migrations;
mod open;
mod postgres;
mod reader;
mod rows;
mod search;
mod sessions;
mod sqlite;
mod statements;
mod store;
mod tenant;
mod transaction;
mod user_rows;
mod webhooks;

pub use open::Options;
pub use store::SqlStore;

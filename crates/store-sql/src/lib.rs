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
//! Each concern of `outbound-store` (`catalogue`, `credentials`, `sessions`, `webhooks`, `jobs`, `reporting`, `campaigns`)
//! has a folder with its statements, its rows and the implementation of its traits. `accounts` and `audit` are single
//! files. The shared modules, from the outside in:
//!
//! - `open`, `sqlite` and `postgres` handle URLs, pools and timeouts; `options` are their arguments and results;
//! - `migrations` applies the files in `migrations/`, which document the schema and which `migrators` contains; `store` is
//!   the store itself;
//! - `operational` pairs SQLite's two files and moves the rows of older databases; `backup` copies both files;
//! - `reader` and `transaction` read and write one account; `tenant` runs their statements and always binds the account
//!   as `$1`;
//! - `statement` defines the types of statements, and `args` what they bind and return; `dialect` contains the SQL that
//!   differs between the engines;
//! - `bulk_insert` and `lookup` build the statements that insert and look up many rows;
//! - `pools` runs statements outside of transactions; `engine` and `connection` select one of sqlx's two drivers, and
//!   `error` converts their errors; a connection whose state is unknown after an error is closed;
//! - `queues` divides connections and account locks between accounts;
//! - `commits` receives notifications of other nodes' commits; `rows` converts single values; `off_thread` runs work that
//!   would delay other requests.
//!
//! Guarantees of both engines:
//!
//! - *Durability.* SQLite runs with a write-ahead log and `synchronous=FULL`, PostgreSQL as its server is configured.
//!   An acknowledged commit survives a kill of the process and a crash of the machine.
//! - *One writer of an account's catalogue or credentials at a time.* These transactions begin by incrementing the
//!   account's revision, which locks its row on PostgreSQL. They hold no connection while they wait for other
//!   transactions of this process. Sessions, nonces, webhooks and the audit log lock rows of their own, for a few
//!   statements only. SQLite has one writing connection for each file, opened with `BEGIN IMMEDIATE`, for which other
//!   processes wait.
//! - *Logins and signed reads do not wait for imports.* Their tables (`sessions`) are in SQLite's operational file,
//!   which has its own writer. No transaction spans both files.
//! - *Bounded waits.* Waits for a connection, lock or response are limited by [`Options`] and the timeouts in
//!   `connection` and `postgres`. They fail with `StoreError::Unavailable`, or with `Busy` if another writer is active.
//!
//! The reasons for this design are in `docs/decisions/0002-shared-sql-statements.md`.

mod accounts;
mod args;
mod audit;
mod backup;
mod bulk_insert;
mod campaigns;
mod catalogue;
mod commits;
mod connection;
mod credentials;
mod dialect;
mod engine;
mod error;
mod jobs;
mod lookup;
mod migrations;
mod migrators;
mod off_thread;
mod open;
mod operational;
#[cfg(test)]
mod operational_tests;
mod options;
mod pools;
mod postgres;
mod queues;
mod reader;
mod reporting;
mod rows;
mod sessions;
mod sqlite;
mod statement;
#[cfg(test)]
mod statement_tests;
mod store;
mod tenant;
mod transaction;
mod webhooks;

pub use options::Options;
pub use store::SqlStore;

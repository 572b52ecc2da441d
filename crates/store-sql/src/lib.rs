//! The store on SQLite and PostgreSQL.

mod dialect;
mod engine;
mod error;
mod lists;
mod migrations;
mod open;
mod reader;
mod rows;
mod sessions;
mod statements;
mod store;
mod tenant;
mod transaction;
mod user_rows;

pub use open::Options;
pub use store::SqlStore;

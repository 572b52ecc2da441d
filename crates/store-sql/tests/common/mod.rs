//! New, empty databases of both engines.
#![allow(dead_code, reason = "not every test file needs all of it")]

use std::time::Duration;

use outbound_store_sql::{Options, SqlStore};
use outbound_testkit::Postgres;
use sqlx::{Connection, Executor, PgConnection, SqliteConnection};
use tempfile::TempDir;

/// The URL of a file that does not exist yet, in a folder that is removed when the second value is dropped.
pub(crate) fn sqlite_url() -> (String, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (format!("sqlite:{}", folder.path().join("outbound.db").display()), folder)
}

/// The URL of an empty database of the shared server.
pub(crate) fn postgres_url() -> String {
    Postgres::shared().unwrap().database().unwrap()
}

pub(crate) async fn sqlite() -> (SqlStore, TempDir) {
    let (url, folder) = sqlite_url();
    (migrated(&url).await, folder)
}

pub(crate) async fn postgres() -> (SqlStore, ()) {
    (migrated(&postgres_url()).await, ())
}

pub(crate) async fn migrated(url: &str) -> SqlStore {
    // Long timeouts for busy machines, and small blocks, so that every list has several.
    let wait = Duration::from_mins(1);
    let options = Options { wait, writer_wait: wait, block_elements: 2, ..Options::default() };
    let store = SqlStore::open(url, &options).await.unwrap();
    store.migrate().await.unwrap();
    store
}

/// Options with short timeouts, for tests that wait for them.
pub(crate) fn options_with_short_timeouts() -> Options {
    let wait = Duration::from_secs(1);
    Options { wait, writer_wait: wait, ..Options::default() }
}

/// Runs a statement on a separate connection.
pub(crate) async fn run(url: &str, sql: &'static str) {
    if url.starts_with("sqlite:") {
        SqliteConnection::connect(url).await.unwrap().execute(sql).await.unwrap();
    } else {
        PgConnection::connect(url).await.unwrap().execute(sql).await.unwrap();
    }
}

/// Returns the numbers that a statement selects.
pub(crate) async fn numbers(url: &str, sql: &'static str) -> Vec<i64> {
    if url.starts_with("sqlite:") {
        let mut connection = SqliteConnection::connect(url).await.unwrap();
        sqlx::query_scalar(sql).fetch_all(&mut connection).await.unwrap()
    } else {
        let mut connection = PgConnection::connect(url).await.unwrap();
        sqlx::query_scalar(sql).fetch_all(&mut connection).await.unwrap()
    }
}

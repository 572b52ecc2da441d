//! Fresh, empty databases of either engine.
#![allow(dead_code, reason = "not every test file needs all of it")]

use std::time::Duration;

use outbound_store_sql::{Options, SqlStore};
use outbound_testkit::Postgres;
use sqlx::{Connection, Executor, PgConnection, SqliteConnection};
use tempfile::TempDir;

/// The URL of a file that is not there yet, in a folder that goes when the second value is dropped.
pub(crate) fn sqlite_url() -> (String, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (format!("sqlite:{}", folder.path().join("outbound.db").display()), folder)
}

/// The URL of an empty database in the server that the tests share.
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
    // However busy the machine is; and with blocks so small that every list has many.
    let wait = Duration::from_mins(1);
    let patient = Options { wait, writer_wait: wait, block_elements: 2, ..Options::default() };
    let store = SqlStore::open(url, &patient).await.unwrap();
    store.migrate().await.unwrap();
    store
}

/// Options that give up soon.
pub(crate) fn impatient() -> Options {
    let wait = Duration::from_secs(1);
    Options { wait, writer_wait: wait, ..Options::default() }
}

/// Runs a statement as somebody else would.
pub(crate) async fn run(url: &str, sql: &'static str) {
    if url.starts_with("sqlite:") {
        SqliteConnection::connect(url).await.unwrap().execute(sql).await.unwrap();
    } else {
        PgConnection::connect(url).await.unwrap().execute(sql).await.unwrap();
    }
}

/// The numbers that a statement finds.
pub(crate) async fn numbers(url: &str, sql: &'static str) -> Vec<i64> {
    if url.starts_with("sqlite:") {
        let mut connection = SqliteConnection::connect(url).await.unwrap();
        sqlx::query_scalar(sql).fetch_all(&mut connection).await.unwrap()
    } else {
        let mut connection = PgConnection::connect(url).await.unwrap();
        sqlx::query_scalar(sql).fetch_all(&mut connection).await.unwrap()
    }
}

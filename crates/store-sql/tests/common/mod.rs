//! Fresh, empty databases of either engine.

use outbound_store_sql::{Options, SqlStore};
use outbound_testkit::Postgres;
use tempfile::TempDir;

/// In a folder that goes when the second value is dropped.
pub async fn sqlite() -> (SqlStore, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("outbound.db").display());
    (migrated(&url).await, folder)
}

/// In the server that the tests share.
pub async fn postgres() -> (SqlStore, ()) {
    let url = Postgres::shared().unwrap().database().unwrap();
    (migrated(&url).await, ())
}

pub async fn migrated(url: &str) -> SqlStore {
    let store = SqlStore::open(url, &Options::default()).await.unwrap();
    store.migrate().await.unwrap();
    store
}

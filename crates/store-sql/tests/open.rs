//! Opening a database: rejected URLs and files, created files, and error messages.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use outbound_store::{Account, Accounts, Catalogue, Store, StoreError};
use outbound_store_sql::{Options, SqlStore};
use sqlx::{Connection, Executor, PgConnection};
use tokio::time::{sleep, timeout};

async fn open(url: &str) -> Result<SqlStore, StoreError> {
    SqlStore::open(url, &common::options_with_short_timeouts()).await
}

#[tokio::test]
async fn urls_that_name_no_database_are_rejected_without_repeating_them() {
    for url in [
        "",
        "outbound.db",
        "mysql://anna:sesame@db/outbound",
        "postgres://anna:sesame@db:port/x",
        "sqlite::memory:",
    ] {
        let error = open(url).await.unwrap_err();
        assert!(matches!(error, StoreError::Url(_)), "{url}: {error:?}");
        assert!(!error.to_string().contains("sesame"), "{error}");
    }
}

#[tokio::test]
async fn a_new_file_is_readable_for_its_owner_only() {
    let (store, folder) = common::sqlite().await;
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", entry.path().display());
    }
    store.close().await;
    let at = "2022-10-01T08:00:00Z".parse().unwrap();
    assert!(matches!(store.check_writable(at).await, Err(StoreError::Unavailable(_))));
}

#[tokio::test]
async fn no_file_is_created_if_it_is_not_allowed_or_not_possible() {
    let (url, folder) = common::sqlite_url();
    let existing = Options { create: false, ..common::options_with_short_timeouts() };
    assert!(matches!(SqlStore::open(&url, &existing).await, Err(StoreError::Unavailable(_))));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    let nowhere = url.replace("outbound.db", "no/such/folder.db");
    assert!(matches!(open(&nowhere).await, Err(StoreError::Unavailable(_))));
}

#[tokio::test]
async fn a_file_that_is_not_a_database_is_not_changed() {
    let (url, folder) = common::sqlite_url();
    let (path, text) = (folder.path().join("outbound.db"), "Dear diary, ".repeat(100));
    std::fs::write(&path, &text).unwrap();
    assert!(matches!(open(&url).await, Err(StoreError::Corrupt(_))));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
}

#[tokio::test]
async fn a_database_of_another_program_is_not_changed() {
    let (sqlite, folder) = common::sqlite_url();
    let path = folder.path().join("outbound.db");
    std::fs::write(&path, "").unwrap();
    let postgres = common::postgres_url();
    for url in [&sqlite, &postgres] {
        common::run(url, "CREATE TABLE recipes (name TEXT)").await;
    }
    let before = std::fs::read(&path).unwrap();
    for url in [&sqlite, &postgres] {
        for create in [true, false] {
            let options = Options { create, ..common::options_with_short_timeouts() };
            let error = match SqlStore::open(url, &options).await {
                Ok(store) => store.migrate().await.unwrap_err(),
                Err(error) => error,
            };
            assert!(matches!(error, StoreError::Schema(_)), "{error:?}");
            assert!(format!("{error:?}").contains("such as recipes"), "{error:?}");
        }
    }
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn errors_name_the_file_or_address_and_no_password() {
    let (sqlite, folder) = common::sqlite_url();
    let file = folder.path().join("outbound.db").display().to_string();
    std::fs::write(&file, "x".repeat(4096)).unwrap();
    let nowhere = sqlite.replace("outbound.db", "no/such/folder.db");
    // Nothing listens on the discard port.
    let closed = |host| format!("postgres://anna:sesame@{host}:9/outbound");
    let cases = [
        (sqlite.clone(), &*file),
        (nowhere, "no/such/folder.db"),
        (closed("127.0.0.1"), "PostgreSQL at 127.0.0.1:9, database outbound"),
        (closed("[::1]"), "PostgreSQL at [::1]:9, database outbound"),
    ];
    for (url, place) in cases {
        let error = format!("{:?}", open(&url).await.unwrap_err());
        assert!(error.contains(place) && !error.contains("sesame"), "{error}");
    }
}

#[tokio::test]
async fn pending_migrations_are_listed_and_not_applied() {
    let (sqlite, _folder) = common::sqlite_url();
    for url in [sqlite, common::postgres_url()] {
        let store = open(&url).await.unwrap();
        for _ in 0..2 {
            let pending = store.pending_migrations().await.unwrap();
            assert!(pending.starts_with(&["0001 accounts".into(), "0002 handoffs".into()]), "{pending:?}");
            assert!(matches!(store.accounts().await, Err(StoreError::Schema(_))));
        }
        store.migrate().await.unwrap();
        assert_eq!(store.pending_migrations().await.unwrap(), [""; 0]);
    }
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_rejected() {
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                 SELECT 9999, 'tomorrow', success, checksum, 0 FROM _sqlx_migrations WHERE version = 1";
    let (sqlite, _folder) = common::sqlite_url();
    for url in [sqlite, common::postgres_url()] {
        let store = common::migrated(&url).await;
        common::run(&url, newer).await;
        assert!(matches!(store.migrate().await, Err(StoreError::Schema(_))));
        assert!(matches!(store.pending_migrations().await, Err(StoreError::Schema(_))));
    }
}

#[tokio::test]
async fn an_invalid_row_is_reported_as_corrupt() {
    let (sqlite, _folder) = common::sqlite_url();
    for url in [sqlite, common::postgres_url()] {
        let store = common::migrated(&url).await;
        common::run(&url, "INSERT INTO accounts (account_id, created_at) VALUES ('no id', 0)").await;
        let error = store.accounts().await.unwrap_err();
        assert!(matches!(&error, StoreError::Corrupt(what) if what.contains("no id")), "{error:?}");
    }
}

#[tokio::test]
async fn each_sqlite_connection_has_its_own_page_cache() {
    let (url, _folder) = common::sqlite_url();
    common::migrated(&url).await.close().await;
    // This option shares one page cache between connections. It is disabled in .cargo/config.toml, which
    // other builds may not use.
    let used = common::numbers(&url, "SELECT sqlite_compileoption_used('ENABLE_MEMORY_MANAGEMENT')").await;
    assert_eq!(used, [0]);
}

/// Otherwise an upgrade during an import would stop all other nodes until the import is complete.
#[tokio::test]
async fn a_migration_that_waits_for_a_transaction_lets_others_read() {
    let url = common::postgres_url();
    let store = common::migrated(&url).await;
    let account = Account { id: "1".parse().unwrap(), created_at: "2022-10-01T08:00:00Z".parse().unwrap() };
    store.create_account(&account).await.unwrap();
    // The migration that removes foreign keys can be applied twice.
    common::run(&url, "DELETE FROM _sqlx_migrations WHERE version = 54").await;
    let mut long = PgConnection::connect(&url).await.unwrap();
    long.execute("BEGIN; LOCK TABLE handoffs IN ROW EXCLUSIVE MODE").await.unwrap();
    let upgraded = common::migrated(&url);
    let reads = async {
        let waiting = "SELECT COUNT(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database
            WHERE datname = current_database() AND relation = 'handoffs'::regclass AND NOT granted";
        while common::numbers(&url, waiting).await == [0] {
            sleep(Duration::from_millis(10)).await;
        }
        let reader = store.read_catalogue(&account.id);
        assert!(reader.handoff(&"H1".parse().unwrap()).await.unwrap().is_none());
        long.execute("COMMIT").await.unwrap();
    };
    let both = Box::pin(async { tokio::join!(upgraded, reads) });
    timeout(Duration::from_mins(2), both).await.expect("the migration ends, and the read before it");
    let missing = "SELECT COUNT(*) FROM _sqlx_migrations WHERE version = 54";
    assert_eq!(common::numbers(&url, missing).await, [1]);
}

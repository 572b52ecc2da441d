//! Killed processes, dead servers and concurrent processes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::str::FromStr;

use outbound_model::{FindingCounts, Handoff, HandoffId, Timestamp, from_json_str};
use outbound_store::{
    Account, Accounts, Attribution, Catalogue, NewVersion, Page, Reporting, Store, StoreError,
};
use outbound_store_sql::SqlStore;
use outbound_testkit::Postgres;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};

const DOCUMENTED: &str = include_str!("../../model/examples/handoffs.json");
const URL: &str = "OUTBOUND_TEST_URL";

/// Runs one of the ignored tests below in a child process.
fn process(test: &str, url: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--nocapture", test])
        .env(URL, url)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

fn account() -> Account {
    Account { id: "12345678".parse().unwrap(), created_at: "2022-10-01T08:00:00Z".parse().unwrap() }
}

#[tokio::test]
#[ignore = "a process of its own, killed by the test that starts it"]
async fn endless_import() {
    let store =
        SqlStore::open(&std::env::var(URL).unwrap(), &common::options_with_short_timeouts()).await.unwrap();
    let documented: Vec<Handoff> = from_json_str(DOCUMENTED).unwrap();
    let mut transaction = store.write_catalogue(&account().id).await.unwrap();
    for (number, mut handoff) in (0..).zip(documented.into_iter().cycle()) {
        handoff.id = HandoffId::from_random(number);
        handoff.name = format!("{number}").parse().unwrap();
        // Large handoffs, so that the transaction soon exceeds SQLite's page cache.
        handoff.extra.insert("remark".to_owned(), "x".repeat(20_000).into());
        let attribution = Attribution { at: handoff.created_at, by: "command line" };
        let findings = FindingCounts::default();
        transaction
            .save(NewVersion { handoff: &handoff, attribution, note: None, findings, claims: &[] })
            .await
            .unwrap();
        transaction.publish(&handoff.id, attribution).await.unwrap();
        if number == 2500 {
            println!("halfway");
        }
    }
}

#[tokio::test]
async fn a_killed_import_leaves_nothing_behind() {
    let (url, folder) = common::sqlite_url();
    let store = common::migrated(&url).await;
    store.create_account(&account()).await.unwrap();
    store.close().await;

    let mut child = process("endless_import", &url);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("halfway")), "the import ended by itself");
    let log = folder.path().join("outbound.db-wal");
    assert!(std::fs::metadata(log).unwrap().len() > 1 << 20, "nothing of the import had reached the disk");
    child.kill().unwrap();
    child.wait().unwrap();

    let mut connection = sqlx::SqliteConnection::connect(&url).await.unwrap();
    let check: String =
        sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut connection).await.unwrap();
    assert_eq!(check, "ok");
    let saved = sqlx::query_scalar("SELECT count(*) FROM handoff_versions").fetch_one(&mut connection);
    let saved: i64 = saved.await.unwrap();
    assert_eq!(saved, 0);
}

#[tokio::test]
#[ignore = "a process of its own, started several times at once by the test below"]
async fn migrate_and_save() {
    let store = common::migrated(&std::env::var(URL).unwrap()).await;
    match store.create_account(&account()).await {
        Ok(()) | Err(StoreError::AccountExists(_)) => {}
        Err(error) => panic!("{error:?}"),
    }
    store.write_catalogue(&account().id).await.unwrap().commit().await.unwrap();
}

#[tokio::test]
async fn several_processes_can_migrate_a_new_database_concurrently() {
    let (sqlite, _folder) = common::sqlite_url();
    for url in [sqlite, common::postgres_url()] {
        let children: Vec<_> = (0..4).map(|_| process("migrate_and_save", &url)).collect();
        for child in children {
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        }
        let store = common::migrated(&url).await;
        assert_eq!(store.revision(&account().id).await.unwrap(), Some(4));
    }
}

#[tokio::test]
async fn waiting_too_long_for_another_writer_is_reported_as_busy() {
    let (sqlite, _folder) = common::sqlite_url();
    for url in [sqlite, common::postgres_url()] {
        let first = common::migrated(&url).await;
        first.create_account(&account()).await.unwrap();
        let _held = first.write_catalogue(&account().id).await.unwrap();
        let other = SqlStore::open(&url, &common::options_with_short_timeouts()).await.unwrap();
        let rejected = other.write_catalogue(&account().id).await.map(drop);
        assert!(matches!(rejected, Err(StoreError::Busy(_))), "{rejected:?}");
        other.read_catalogue(&account().id).published(None, Page::new(30, 0).unwrap()).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_server_is_unavailable_until_it_restarts() {
    let mut server = Postgres::start().unwrap();
    let url = server.database().unwrap();
    common::migrated(&url).await.close().await;
    let store = SqlStore::open(&url, &common::options_with_short_timeouts()).await.unwrap();
    store.create_account(&account()).await.unwrap();
    let mut changes = store.listen_for_commits().await.unwrap().unwrap();
    server.kill().unwrap();
    assert!(matches!(changes.next().await, Err(StoreError::Unavailable(_))));
    for _ in 0..2 {
        let writable = store.check_writable(account().created_at).await;
        assert!(matches!(writable, Err(StoreError::Unavailable(_))), "{writable:?}");
        let rejected = store.write_catalogue(&account().id).await.map(drop);
        assert!(matches!(rejected, Err(StoreError::Unavailable(_))), "{rejected:?}");
    }
    server.restart().unwrap();
    assert_eq!(store.accounts().await.unwrap(), [account()]);
    let mut changes = store.listen_for_commits().await.unwrap().unwrap();
    store.write_catalogue(&account().id).await.unwrap().commit().await.unwrap();
    assert_eq!(changes.next().await.unwrap().account, account().id);
}

#[tokio::test]
async fn a_read_only_server_can_be_read_but_is_not_writable() {
    let url = common::postgres_url();
    let store = common::migrated(&url).await;
    store.create_account(&account()).await.unwrap();
    // Every write fails with SQLSTATE 25006, as on a standby.
    let read_only = "DO $$ BEGIN EXECUTE format(
        'ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$";
    common::run(&url, read_only).await;
    let store = SqlStore::open(&url, &common::options_with_short_timeouts()).await.unwrap();
    let writable = store.check_writable(account().created_at).await;
    assert!(matches!(writable, Err(StoreError::Unavailable(_))), "{writable:?}");
    assert!(matches!(store.write_catalogue(&account().id).await.map(drop), Err(StoreError::Unavailable(_))));
    assert_eq!(store.accounts().await.unwrap(), [account()]);
}

#[tokio::test]
async fn an_ipv6_address_in_brackets_is_not_resolved_as_a_host_name() {
    let postgres = Postgres::shared().unwrap();
    let url = postgres.database().unwrap();
    common::migrated(&url).await;
    // Skipped on machines without IPv6.
    let Ok(proxy) = postgres.proxy("[::1]:0") else { return };
    let url = proxy.url(&url);
    assert!(url.contains("@[::1]:"), "{url}");
    let store = SqlStore::open(&url, &common::options_with_short_timeouts()).await.unwrap();
    assert_eq!(store.accounts().await.unwrap(), []);
}

#[tokio::test]
async fn a_server_that_rejects_connections_is_unavailable_for_maintenance() {
    let url = common::postgres_url();
    let store = common::migrated(&url).await;
    let options = PgConnectOptions::from_str(&url).unwrap();
    let database = options.get_database().unwrap().to_owned();
    let mut other = options.database("postgres").connect().await.unwrap();
    // New connections fail with a SQLSTATE (55000) that means something else in statements.
    for sql in [
        format!("ALTER DATABASE \"{database}\" ALLOW_CONNECTIONS false"),
        format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'"),
    ] {
        other.execute(AssertSqlSafe(sql)).await.unwrap();
    }
    let failed = store.maintain_storage(Timestamp::EPOCH, Timestamp::EPOCH).await;
    assert!(matches!(failed, Err(StoreError::Unavailable(_))), "{failed:?}");
}

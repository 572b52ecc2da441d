//! The audit log is append-only for every client of the database, as is the table of signing keys, and the
//! migration to counters keeps its numbers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use outbound_model::{AccountId, AuditAction, Timestamp};
use outbound_store::{Account, Accounts, AuditEntry, Credentials, SigningKey};
use outbound_store_sql::{Options, SqlStore};
use outbound_testkit::Postgres;
use sqlx::{Connection, PgConnection, SqliteConnection};

const CHANGES: [&str; 4] = [
    "UPDATE audit SET actor = 'unknown'",
    "DELETE FROM audit",
    "UPDATE signing_keys SET created_at = 1",
    "DELETE FROM signing_keys",
];

/// SQLite fires no delete trigger for rows that these statements replace.
const REPLACEMENTS: [&str; 3] = [
    "INSERT OR REPLACE INTO audit
     SELECT account_id, sequence, at, 'unknown', action, subject, address, details FROM audit",
    "REPLACE INTO signing_keys SELECT sequence, 'b', x'08', public_jwk, 1, signs_from FROM signing_keys",
    "REPLACE INTO signing_keys SELECT 2, kid, x'08', public_jwk, 1, signs_from FROM signing_keys",
];

fn account() -> AccountId {
    "A".parse().unwrap()
}

async fn migrated(url: &str) -> SqlStore {
    let store = SqlStore::open(url, &Options::default()).await.unwrap();
    store.migrate().await.unwrap();
    store
}

async fn add_entry(store: &SqlStore) {
    let entry = AuditEntry {
        at: Timestamp::EPOCH,
        actor: "anna".to_owned(),
        action: AuditAction::UserCreated,
        subject: "bob".to_owned(),
        address: None,
        details: "{}".to_owned(),
    };
    store.add_audit(&account(), &entry).await.unwrap();
}

/// Adds an audit entry and a signing key.
async fn fill(url: &str) {
    let (store, at) = (migrated(url).await, Timestamp::EPOCH);
    store.create_account(&Account { id: account(), created_at: at }).await.unwrap();
    add_entry(&store).await;
    let key = SigningKey {
        sequence: 1,
        kid: "a".to_owned(),
        sealed_private_key: vec![7],
        public_jwk: "{}".to_owned(),
        created_at: at,
        signs_from: at,
    };
    store.add_signing_key(&key).await.unwrap();
}

/// Reverts the database to the state before the migration to counters.
const BEFORE: [&str; 2] = ["DROP TABLE audit_counters", "DELETE FROM _sqlx_migrations WHERE version = 21"];

#[tokio::test]
async fn audit_numbers_continue_after_the_migration_to_counters() {
    let (sqlite, _folder) = common::sqlite_url();
    for url in [sqlite, common::postgres_url()] {
        fill(&url).await;
        for sql in BEFORE {
            common::run(&url, sql).await;
        }
        let store = migrated(&url).await;
        add_entry(&store).await;
        let records = store.read_credentials(&account()).audit(i64::MAX, 9).await.unwrap();
        assert_eq!(records.iter().map(|record| record.sequence).collect::<Vec<_>>(), [2, 1]);
    }
}

#[tokio::test]
async fn sqlite_rejects_to_change_audit_tables() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("outbound.db").display());
    fill(&url).await;
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    for sql in CHANGES.into_iter().chain(REPLACEMENTS) {
        let rejected = sqlx::query(sql).execute(&mut connection).await.unwrap_err();
        assert!(rejected.to_string().contains("append-only"), "{sql}: {rejected}");
    }
}

#[tokio::test]
async fn postgres_rejects_to_change_audit_tables() {
    let url = Postgres::shared().unwrap().database().unwrap();
    fill(&url).await;
    let mut connection = PgConnection::connect(&url).await.unwrap();
    for sql in CHANGES.into_iter().chain(["TRUNCATE audit", "TRUNCATE signing_keys"]) {
        let rejected = sqlx::query(sql).execute(&mut connection).await.unwrap_err();
        assert!(rejected.to_string().contains("append-only"), "{sql}: {rejected}");
    }
}

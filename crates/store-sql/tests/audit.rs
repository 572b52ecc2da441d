//! The audits can only grow, whoever writes to the database: an account's, and the installation's, which
//! is the table of its signing keys.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use outbound_model::{AccountId, AuditAction, Timestamp};
use outbound_store::{Account, AuditEntry, SigningKey, Store};
use outbound_store_sql::{Options, SqlStore};
use outbound_testkit::Postgres;
use sqlx::{Connection, PgConnection, SqliteConnection};

const CHANGES: [&str; 4] = [
    "UPDATE audit SET actor = 'nobody'",
    "DELETE FROM audit",
    "UPDATE signing_keys SET created_at = 1",
    "DELETE FROM signing_keys",
];

/// SQLite fires no trigger of a deletion for the row that these replace.
const REPLACEMENTS: [&str; 3] = [
    "INSERT OR REPLACE INTO audit
     SELECT account_id, sequence, at, 'nobody', action, subject, address, details FROM audit",
    "REPLACE INTO signing_keys SELECT sequence, 'b', x'08', public_jwk, 1, signs_from FROM signing_keys",
    "REPLACE INTO signing_keys SELECT 2, kid, x'08', public_jwk, 1, signs_from FROM signing_keys",
];

/// Makes one entry in each.
async fn fill(url: &str) {
    let store = SqlStore::open(url, &Options::default()).await.unwrap();
    store.migrate().await.unwrap();
    let (id, at): (AccountId, _) = ("A".parse().unwrap(), Timestamp::EPOCH);
    store.create_account(&Account { id: id.clone(), created_at: at }).await.unwrap();
    let entry = AuditEntry {
        at,
        actor: "anna".to_owned(),
        action: AuditAction::UserCreated,
        subject: "bob".to_owned(),
        address: None,
        details: "{}".to_owned(),
    };
    let mut transaction = store.write(&id).await.unwrap();
    transaction.audit(&entry).await.unwrap();
    transaction.commit().await.unwrap();
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

#[tokio::test]
async fn sqlite_refuses_to_change_the_audits() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("outbound.db").display());
    fill(&url).await;
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    for sql in CHANGES.into_iter().chain(REPLACEMENTS) {
        let refused = sqlx::query(sql).execute(&mut connection).await.unwrap_err();
        assert!(refused.to_string().contains("append-only"), "{sql}: {refused}");
    }
}

#[tokio::test]
async fn postgres_refuses_to_change_the_audits() {
    let url = Postgres::shared().unwrap().database().unwrap();
    fill(&url).await;
    let mut connection = PgConnection::connect(&url).await.unwrap();
    for sql in CHANGES.into_iter().chain(["TRUNCATE audit", "TRUNCATE signing_keys"]) {
        let refused = sqlx::query(sql).execute(&mut connection).await.unwrap_err();
        assert!(refused.to_string().contains("append-only"), "{sql}: {refused}");
    }
}

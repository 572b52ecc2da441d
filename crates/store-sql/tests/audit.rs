//! The audit can only grow, whoever writes to the database.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use outbound_model::{AccountId, AuditAction, Timestamp};
use outbound_store::{Account, AuditEntry, Store};
use outbound_store_sql::{Options, SqlStore};
use outbound_testkit::Postgres;
use sqlx::{Connection, PgConnection, SqliteConnection};

const CHANGES: [&str; 2] = ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"];

/// Makes one entry in the audit.
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
}

#[tokio::test]
async fn sqlite_refuses_to_change_the_audit() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("outbound.db").display());
    fill(&url).await;
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    for sql in CHANGES {
        let refused = sqlx::query(sql).execute(&mut connection).await.unwrap_err();
        assert!(refused.to_string().contains("append-only"), "{sql}: {refused}");
    }
}

#[tokio::test]
async fn postgres_refuses_to_change_the_audit() {
    let url = Postgres::shared().unwrap().database().unwrap();
    fill(&url).await;
    let mut connection = PgConnection::connect(&url).await.unwrap();
    for sql in CHANGES {
        let refused = sqlx::query(sql).execute(&mut connection).await.unwrap_err();
        assert!(refused.to_string().contains("append-only"), "{sql}: {refused}");
    }
}

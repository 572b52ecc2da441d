//! Concurrent authors, settings changed on another node, and statistics after an import.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code, reason = "the other tests need more of it")]
mod support;

use std::time::Duration;

use outbound_app::{AccountSettings, App, CacheSettings, ExpectedTag, Grant, ReadDrafts};
use outbound_model::testing::ManualClock;
use outbound_model::{AccountId, ChangeKind};
use outbound_testkit::Postgres;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection, query_as, raw_sql};
use support::node;
use tokio::task::JoinSet;

const DRAFT: &str = r#"{"name": "Tea", "channels": [{"type": "sms-twilio", "language": "en",
    "outboundnumber": "+14155550123", "messageComponents": [{"type": "body", "content": "Tea is ready.",
    "variables": [], "optOut": "Reply STOP to opt out, HELP for help."}]}]}"#;

fn account() -> AccountId {
    "A".parse().unwrap()
}

/// Two nodes on one database, with the account `A`.
async fn nodes(database: &str, clock: &ManualClock) -> [App; 2] {
    let nodes = [0, 1].map(|_| node(database, clock, CacheSettings::default()));
    let [one, two] = nodes;
    let (one, two) = (one.await.app, two.await.app);
    one.create_account(account()).await.unwrap();
    [one, two]
}

async fn concurrent_publishing_creates_one_change(database: &str) {
    let [one, two] = nodes(database, &ManualClock::default()).await;
    let draft = one.read_draft(DRAFT.as_bytes()).unwrap();
    let created =
        one.create_draft(&one.operator(&account()), draft, None, None).await.unwrap().handoff.stored;
    let mut tasks = JoinSet::new();
    for number in 0..100 {
        let (app, id) = (if number % 2 == 0 { &one } else { &two }.clone(), created.id.clone());
        let publish =
            async move { app.publish(&app.operator(&account()), &id, &ExpectedTag::Any, false).await };
        tasks.spawn(publish);
    }
    for published in tasks.join_all().await {
        assert_eq!(published.unwrap().stored.published_version, Some(1));
    }
    let grant: Grant<ReadDrafts> = one.operator(&account());
    let kinds: Vec<_> = one.handoff_changes(&grant, 0, 10).await.unwrap().iter().map(|c| c.kind).collect();
    assert_eq!(kinds, [ChangeKind::Saved, ChangeKind::Published]);
}

async fn a_request_rate_applies_on_all_nodes(database: &str) {
    let clock = ManualClock::default();
    let [one, two] = nodes(database, &clock).await;
    for rate in [Some(7), None] {
        let settings = AccountSettings { requests_per_second: rate, ..AccountSettings::default() };
        one.change_settings(&one.operator(&account()), &settings, &ExpectedTag::Any).await.unwrap();
        assert_eq!(one.requests_per_second(&account()), rate, "on the node that changed it");
        clock.advance(Duration::from_secs(5));
        while two.requests_per_second(&account()) != rate {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

/// Otherwise PostgreSQL would plan pages of lists for the few handoffs that it knew before.
#[tokio::test]
async fn statistics_are_updated_after_an_import() {
    let database = Postgres::shared().unwrap().database().unwrap();
    let node = node(&database, &ManualClock::default(), CacheSettings::default()).await;
    node.app.create_account(account()).await.unwrap();
    let mut connection = PgConnection::connect(&database).await.unwrap();
    // Statistics of a table that is being vacuumed are not updated.
    let no_vacuum = "ALTER TABLE handoff_summaries SET (autovacuum_enabled = off)";
    connection.execute(no_vacuum).await.unwrap();
    let handoffs: Vec<_> = (0..1200).map(|n| DRAFT.replace("Tea\"", &format!("Tea {n}\""))).collect();
    node.write(&account(), &format!("[{}]", handoffs.join(","))).await;
    node.app.fill_search_index().await.unwrap();
    let rows = "SELECT CAST(reltuples AS BIGINT) FROM pg_class WHERE relname = 'handoff_summaries'";
    let (rows,): (i64,) = query_as(rows).fetch_one(&mut connection).await.unwrap();
    assert_eq!(rows, 1200);
}

/// The names of the accounts with handoffs that are not in the search index.
const PENDING: &str = "SELECT DISTINCT account_id FROM search_pending ORDER BY account_id";

async fn pending_on_sqlite(database: &str, before: &str) -> Vec<(String,)> {
    let mut connection = SqliteConnection::connect(database).await.unwrap();
    raw_sql(AssertSqlSafe(before)).execute(&mut connection).await.unwrap();
    query_as(PENDING).fetch_all(&mut connection).await.unwrap()
}

async fn pending_on_postgres(database: &str, before: &str) -> Vec<(String,)> {
    let mut connection = PgConnection::connect(database).await.unwrap();
    raw_sql(AssertSqlSafe(before)).execute(&mut connection).await.unwrap();
    query_as(PENDING).fetch_all(&mut connection).await.unwrap()
}

/// The index of account `A` cannot be filled, because a trigger rejects it.
#[tokio::test]
async fn an_account_whose_index_cannot_be_filled_delays_no_other() {
    const REJECT_SQLITE: &str =
        "CREATE TRIGGER reject BEFORE DELETE ON search_pending WHEN OLD.account_id = 'A'
        BEGIN SELECT RAISE(ABORT, 'rejected'); END";
    const REJECT_POSTGRES: &str = "CREATE FUNCTION reject() RETURNS trigger LANGUAGE plpgsql AS
        $$BEGIN RAISE EXCEPTION 'rejected'; END$$;
        CREATE TRIGGER reject BEFORE DELETE ON search_pending FOR EACH ROW
        WHEN (OLD.account_id = 'A') EXECUTE FUNCTION reject()";
    let folder = tempfile::tempdir().unwrap();
    let sqlite = format!("sqlite:{}", folder.path().join("outbound.db").display());
    let postgres = Postgres::shared().unwrap().database().unwrap();
    for database in [sqlite, postgres] {
        let node = node(&database, &ManualClock::default(), CacheSettings::default()).await;
        for account in ["A", "B"] {
            node.app.create_account(account.parse().unwrap()).await.unwrap();
            node.write(&account.parse().unwrap(), DRAFT).await;
        }
        let is_sqlite = database.starts_with("sqlite:");
        let before = if is_sqlite {
            pending_on_sqlite(&database, REJECT_SQLITE).await
        } else {
            pending_on_postgres(&database, REJECT_POSTGRES).await
        };
        assert_eq!(before, [("A".to_owned(),), ("B".to_owned(),)], "{database}");
        assert!(node.app.fill_search_index().await.is_err());
        let after = if is_sqlite {
            pending_on_sqlite(&database, "").await
        } else {
            pending_on_postgres(&database, "").await
        };
        assert_eq!(after, [("A".to_owned(),)], "{database}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let database = |name: &str| format!("sqlite:{}", folder.path().join(name).display());
    concurrent_publishing_creates_one_change(&database("a")).await;
    a_request_rate_applies_on_all_nodes(&database("b")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres() {
    let database = || Postgres::shared().unwrap().database().unwrap();
    concurrent_publishing_creates_one_change(&database()).await;
    a_request_rate_applies_on_all_nodes(&database()).await;
}

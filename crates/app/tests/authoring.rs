//! Concurrent authors, settings changed on another node, and statistics after an import.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code, reason = "the other tests need more of it")]
mod support;

use std::time::Duration;

use outbound_app::{AccountSettings, App, CacheSettings, ExpectedTag, Grant, ReadDrafts};
use outbound_model::testing::ManualClock;
use outbound_model::{AccountId, ChangeKind};
use outbound_testkit::Postgres;
use sqlx::{Connection, PgConnection, query_as};
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
    let handoffs: Vec<_> = (0..1200).map(|n| DRAFT.replace("Tea\"", &format!("Tea {n}\""))).collect();
    node.write(&account(), &format!("[{}]", handoffs.join(","))).await;
    node.app.fill_search_index().await.unwrap();
    let mut connection = PgConnection::connect(&database).await.unwrap();
    let rows = "SELECT CAST(reltuples AS BIGINT) FROM pg_class WHERE relname = 'handoff_summaries'";
    let (rows,): (i64,) = query_as(rows).fetch_one(&mut connection).await.unwrap();
    assert_eq!(rows, 1200);
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

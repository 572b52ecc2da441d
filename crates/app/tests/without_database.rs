//! Behaviour without a database: how long cached pages are served, and how often readiness is checked.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code, reason = "the other tests need more of it")]
mod support;

use std::time::Duration;

use futures::FutureExt;
use outbound_app::{App, AppError, CacheSettings, EventBody, Grant, Page, WriteEvents};
use outbound_model::AccountId;
use outbound_model::testing::ManualClock;
use outbound_store::Catalogue;
use outbound_store_sql::{Options, SqlStore};
use outbound_testkit::{Fault, Postgres, Proxy};
use serde_json::json;
use support::{Node, node};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// Longer than any step of these tests takes on a busy machine.
const DEADLINE: Duration = Duration::from_mins(2);

fn account() -> AccountId {
    "A".parse().unwrap()
}

#[tokio::test]
async fn cached_pages_are_served_for_a_minute() {
    let postgres = Postgres::shared().unwrap();
    let proxy = postgres.proxy("127.0.0.1:0").unwrap();
    let clock = ManualClock::default();
    let node = node(&proxy.url(&postgres.database().unwrap()), &clock, CacheSettings::default()).await;
    node.app.create_account(account()).await.unwrap();
    node.write(&account(), r#"{"id":"H1","name":"Tea","channels":[]}"#).await;
    let (_, credential) = node.client(&account()).await;
    let page = Page::new(30, 0).unwrap();
    let stale = async |app: &App| {
        let grant = app.authorize(Some(&account()), &credential).await?;
        Ok::<_, AppError>(app.published_handoffs(&grant, None, page).await?.stale_seconds)
    };
    assert_eq!(stale(&node.app).await.unwrap(), None);
    proxy.set(Fault::Refuse);
    for (passed, expected) in [(2, Some(2)), (57, Some(59))] {
        clock.advance(Duration::from_secs(passed));
        assert_eq!(stale(&node.app).await.unwrap(), expected);
    }
    clock.advance(Duration::from_secs(1));
    let rejected = stale(&node.app).await.unwrap_err();
    assert!(matches!(rejected, AppError::Unavailable(_)), "{rejected:?}");
}

#[tokio::test]
async fn readiness_is_checked_once_per_second() {
    let postgres = Postgres::shared().unwrap();
    let proxy = postgres.proxy("127.0.0.1:0").unwrap();
    let clock = ManualClock::default();
    let node = node(&proxy.url(&postgres.database().unwrap()), &clock, CacheSettings::default()).await;
    node.app.ready().await.unwrap();
    proxy.set(Fault::Refuse);
    clock.advance(Duration::from_millis(999));
    for _ in 0..100 {
        node.app.ready().await.unwrap();
    }
    clock.advance(Duration::from_millis(1));
    assert!(node.app.ready().await.is_err());
    proxy.set(Fault::None);
    assert!(node.app.ready().await.is_err(), "an error is also reused for a second");
    clock.advance(Duration::from_secs(1));
    node.app.ready().await.unwrap();
}

#[tokio::test]
async fn a_node_is_ready_during_a_long_write() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", folder.path().join("outbound.db").display());
    let node = node(&database, &ManualClock::default(), CacheSettings::default()).await;
    node.app.create_account(account()).await.unwrap();
    let other = SqlStore::open(&database, &Options::default()).await.unwrap();
    let import = other.write_catalogue(&account()).await.unwrap();
    node.app.ready().await.unwrap();
    drop(import);
}

/// A body with a thousand events.
fn events(node: &Node) -> EventBody {
    let event = |message: i64| {
        json!({ "type": "attempted", "messageId": message.to_string(), "app": "prmsg", "source": "API",
            "attemptedTime": node.app.now().millis() - message, "channel": "wa", "skill": "sales" })
    };
    let events: Vec<_> = (0..1000).map(event).collect();
    EventBody::Plain(json!(events).to_string().into())
}

/// A node that can record events, and the proxy in front of its database.
async fn node_that_records_events() -> (Node, Proxy, Grant<WriteEvents>) {
    let postgres = Postgres::shared().unwrap();
    let proxy = postgres.proxy("127.0.0.1:0").unwrap();
    let clock = ManualClock::starting_at("2016-09-22T16:30:00Z".parse().unwrap());
    let node = node(&proxy.url(&postgres.database().unwrap()), &clock, CacheSettings::default()).await;
    node.app.create_account(account()).await.unwrap();
    node.app.maintain_reporting_storage().await.unwrap();
    let grant = node.app.operator::<WriteEvents>(&account());
    (node, proxy, grant)
}

/// Otherwise a client that repeats its requests while the database is slow fills the memory.
#[tokio::test]
async fn small_bodies_of_events_are_refused_while_many_events_wait() {
    let (node, proxy, grant) = node_that_records_events().await;
    node.app.record_events(&grant, events(&node), None).await.unwrap();
    proxy.set(Fault::Freeze);
    let mut callers = JoinSet::new();
    let refused = async {
        loop {
            // Fewer than those that may wait to be parsed.
            while callers.len() < 40 {
                let (app, grant, body) = (node.app.clone(), grant.clone(), events(&node));
                callers.spawn(async move { app.record_events(&grant, body, None).await });
            }
            if let Some(Ok(Err(AppError::Busy))) = callers.join_next().await {
                return;
            }
        }
    };
    timeout(DEADLINE, refused).await.expect("all events wait");
    // Their events do not count any more, so there is room again.
    callers.shutdown().await;
    let waits =
        timeout(Duration::from_millis(200), node.app.record_events(&grant, events(&node), None)).await;
    assert!(!matches!(waits, Ok(Err(AppError::Busy))), "{waits:?}");
    proxy.set(Fault::None);
    let recorded = async {
        while node.app.record_events(&grant, events(&node), None).await.is_err() {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(DEADLINE, recorded).await.expect("events are refused for ever");
}

/// A request ends after ten seconds, but its events still wait.
#[tokio::test]
async fn a_large_body_of_events_counts_after_its_request_has_ended() {
    let (node, proxy, grant) = node_that_records_events().await;
    proxy.set(Fault::Freeze);
    let all_held = async {
        while let Some(permit) = node.app.event_permit(&grant).now_or_never() {
            let body = events(&node);
            // Long enough to parse the body; otherwise the permit is free again, and this is repeated.
            let request = node.app.record_events(&grant, body, Some(permit.unwrap()));
            assert!(!matches!(timeout(Duration::from_millis(100), request).await, Ok(Ok(_))));
        }
    };
    timeout(DEADLINE, all_held).await.expect("the permits of ended requests are free");
    proxy.set(Fault::None);
    let freed = timeout(DEADLINE, node.app.event_permit(&grant)).await;
    assert!(freed.expect("the permits are never free").is_ok());
}

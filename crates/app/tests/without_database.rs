//! Behaviour without a database: how long cached pages are served, and how often readiness is checked.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code, reason = "the other tests need more of it")]
mod support;

use std::time::Duration;

use outbound_app::{App, AppError, CacheSettings, Page};
use outbound_model::AccountId;
use outbound_model::testing::ManualClock;
use outbound_store::Catalogue;
use outbound_store_sql::{Options, SqlStore};
use outbound_testkit::{Fault, Postgres};
use support::node;

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

//! Crashes, and long pauses of all processes.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use outbound_app::{CampaignEngine, NoProviders, SendingMarker};
use outbound_model::Timestamp;
use outbound_store::{Campaigns, StoreError};
use outbound_store_memory::{Interference, MemoryStore};
use sqlx::{Connection, Executor, SqliteConnection};
use tokio::time::sleep;

use crate::common::id;
use crate::fixture::{Fixture, sms};
use crate::sending::{numbers, refs};
use crate::settling::{accept, app};

#[tokio::test]
async fn another_process_takes_over_after_a_crash() {
    let fixture = Fixture::new().await;
    let numbers = numbers(20);
    let id = fixture.accept_sms(&refs(&numbers)).await;
    let mut first = CampaignEngine::new(fixture.app());
    fixture.run(&mut first, 13).await;
    assert_eq!(fixture.provider.sent().len(), 9);
    // The first process claims the next messages, and dies before it sends them.
    fixture.world.advance_clock(2);
    let claimed = first.step().await.unwrap();
    assert_eq!(claimed.len(), 9);
    drop(first);
    let mut second = CampaignEngine::new(fixture.app());
    fixture.run(&mut second, 30).await;
    assert_eq!(fixture.provider.sent().len(), 9, "the lease has not ended");
    fixture.world.advance_clock(30);
    fixture.run(&mut second, 30).await;
    let counts = fixture.campaign(&id).await.counts;
    assert_eq!((counts.sent, counts.in_flight), (11, 9));
    fixture.world.advance_clock(15 * 60);
    fixture.run(&mut second, 30).await;
    let counts = fixture.campaign(&id).await.counts;
    assert_eq!((counts.sent, counts.unknown), (11, 9));
    assert_eq!(fixture.provider.sent().len(), 11);
}

#[tokio::test]
async fn overdue_messages_are_held_after_a_long_pause_of_all_processes() {
    let fixture = Fixture::new().await;
    let numbers = numbers(20);
    let id = fixture.accept_sms(&refs(&numbers)).await;
    let mut engine = CampaignEngine::new(fixture.app());
    fixture.run(&mut engine, 13).await;
    drop(engine);
    fixture.world.advance_clock(3600);
    let mut engine = CampaignEngine::new(fixture.app());
    fixture.run(&mut engine, 30).await;
    assert_eq!(fixture.provider.sent().len(), 9);
    assert!(fixture.app().sending_held_at().await.unwrap().is_some());
    fixture.app().confirm_sending().await.unwrap();
    fixture.run(&mut engine, 60).await;
    assert_eq!(fixture.states(&id).await, vec!["sent"; 20]);
    // Without overdue messages, a long pause is no reason.
    drop(engine);
    fixture.world.advance_clock(3600);
    let mut engine = CampaignEngine::new(fixture.app());
    let next = fixture.accept_sms(&["12125550100"]).await;
    fixture.run(&mut engine, 20).await;
    assert_eq!(fixture.states(&next).await, ["sent"]);
}

/// A marker in memory.
#[derive(Default)]
struct Remembered(Mutex<Option<Timestamp>>);

#[async_trait]
impl SendingMarker for Remembered {
    async fn read(&self) -> Option<Timestamp> {
        *self.0.lock().unwrap()
    }

    async fn write(&self, at: Timestamp) {
        *self.0.lock().unwrap() = Some(at);
    }
}

/// A copy that is a few seconds old.
#[tokio::test]
async fn an_older_copy_of_the_database_is_noticed() {
    let fixture = Fixture::new().await;
    let marker = Arc::new(Remembered::default());
    let start = || CampaignEngine::new(fixture.app()).with_marker(marker.clone());
    let mut engine = start();
    fixture.run(&mut engine, 5).await;
    engine.stop().await.unwrap();
    // The same database continues.
    let mut engine = start();
    let first = fixture.accept_sms(&["12125550100"]).await;
    fixture.run(&mut engine, 20).await;
    assert_eq!(fixture.states(&first).await, ["sent"]);
    engine.stop().await.unwrap();
    // The marker is newer than the database.
    let newer = marker.read().await.unwrap().plus_seconds(5);
    marker.write(newer).await;
    let waiting = fixture.accept_sms(&["12125550101"]).await;
    fixture.world.advance_clock(6);
    let mut engine = start();
    fixture.run(&mut engine, 20).await;
    assert_eq!(fixture.states(&waiting).await, ["waiting"]);
    assert!(fixture.app().sending_held_at().await.unwrap().is_some());
    fixture.app().confirm_sending().await.unwrap();
    fixture.run(&mut engine, 20).await;
    assert_eq!(fixture.states(&waiting).await, ["sent"]);
    // Another node's earlier clock does not make the database older.
    fixture.world.store.record_sending(newer).await.unwrap();
    engine.stop().await.unwrap();
    let next = fixture.accept_sms(&["12125550102"]).await;
    let mut engine = start();
    fixture.run(&mut engine, 40).await;
    assert_eq!(fixture.states(&next).await, ["sent"]);
}

impl Fixture {
    /// Changes the database behind the back of all processes.
    async fn change_database(&self, sql: &'static str) {
        let mut connection = SqliteConnection::connect(&self.world.database()).await.unwrap();
        connection.execute(sql).await.unwrap();
    }
}

/// A standby without the last commits takes over while the process runs.
#[tokio::test]
async fn a_process_that_runs_notices_that_commits_are_lost() {
    let fixture = Fixture::new().await;
    let numbers = numbers(20);
    let id = fixture.accept_sms(&refs(&numbers)).await;
    let mut engine = CampaignEngine::new(fixture.app());
    fixture.run(&mut engine, 13).await;
    assert_eq!(fixture.provider.sent().len(), 9);
    fixture.change_database("UPDATE lanes SET claims = claims - 1").await;
    fixture.run(&mut engine, 30).await;
    assert_eq!(fixture.provider.sent().len(), 9);
    assert!(fixture.app().sending_held_at().await.unwrap().is_some());
    fixture.app().confirm_sending().await.unwrap();
    fixture.run(&mut engine, 5).await;
    assert_eq!(fixture.provider.sent().len(), 18);
    // An older copy is noticed by the time of the last message, too.
    fixture.change_database("UPDATE campaign_engine SET seen_at = seen_at - 1").await;
    fixture.world.advance_clock(20);
    fixture.run(&mut engine, 30).await;
    assert_eq!(fixture.provider.sent().len(), 18);
    fixture.app().confirm_sending().await.unwrap();
    // The clock of the machine on which it was confirmed is a minute behind.
    fixture.change_database("UPDATE campaign_engine SET seen_at = seen_at - 60000").await;
    fixture.run(&mut engine, 13).await;
    assert_eq!(fixture.states(&id).await, vec!["sent"; 20]);
}

/// The hold cannot be stored.
const HOLD_FAULT: &str = "CREATE TRIGGER fault BEFORE UPDATE ON campaign_engine WHEN NEW.held_at IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'a fault'); END";

#[tokio::test]
async fn lost_commits_are_noticed_again_if_the_hold_could_not_be_stored() {
    let fixture = Fixture::new().await;
    let numbers = numbers(20);
    fixture.accept_sms(&refs(&numbers)).await;
    let mut engine = CampaignEngine::new(fixture.app());
    fixture.run(&mut engine, 13).await;
    assert_eq!(fixture.provider.sent().len(), 9);
    fixture.change_database("UPDATE lanes SET claims = claims - 1").await;
    fixture.change_database(HOLD_FAULT).await;
    fixture.run(&mut engine, 30).await;
    assert_eq!(fixture.provider.sent().len(), 9);
    fixture.change_database("DROP TRIGGER fault").await;
    fixture.run(&mut engine, 30).await;
    assert_eq!(fixture.provider.sent().len(), 9);
    assert!(fixture.app().sending_held_at().await.unwrap().is_some());
}

/// The connection is lost after the first commit of a claim.
struct LostConnection {
    store: MemoryStore,
    is_lost: AtomicBool,
}

#[async_trait]
impl Interference for LostConnection {
    async fn before(&self) -> Result<(), StoreError> {
        Ok(())
    }

    async fn after_commit(&self) -> Result<(), StoreError> {
        if claims(&self.store).await > 0 && !self.is_lost.swap(true, Ordering::Relaxed) {
            return Err(StoreError::Unavailable("the connection is lost".into()));
        }
        Ok(())
    }

    async fn blocked(&self) -> Result<(), StoreError> {
        Err(StoreError::Busy("the row is locked".into()))
    }
}

/// The number of claims of all lanes.
async fn claims(store: &MemoryStore) -> i64 {
    let mut claims = 0;
    for account in ["A", "B"].map(id) {
        let lanes = store.read_campaigns(&account).lanes().await.unwrap();
        claims += lanes.iter().map(|lane| lane.claims).sum::<i64>();
    }
    claims
}

#[tokio::test]
async fn nothing_is_claimed_after_a_lost_connection_until_the_database_was_looked_at() {
    let store = MemoryStore::default();
    let lost = LostConnection { store: store.clone(), is_lost: AtomicBool::new(false) };
    let app = app(Arc::new(store.of_process(1, Arc::new(lost))), Arc::new(NoProviders)).await;
    for account in ["A", "B"] {
        accept(&app, account, &sms(&["12125550100"])).await;
    }
    let mut engine = CampaignEngine::new(&app);
    assert_eq!(engine.step().await.unwrap().len(), 0);
    // Lanes that were taken over have their permits then.
    sleep(Duration::from_millis(1500)).await;
    assert_eq!(engine.step().await.unwrap().len(), 0);
    assert_eq!(claims(&store).await, 1, "the other lane waits");
    assert_eq!(engine.step().await.unwrap().len(), 1);
    assert_eq!(claims(&store).await, 2);
}

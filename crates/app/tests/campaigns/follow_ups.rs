//! What follows from an outcome happens, even if the database fails after the outcome was recorded.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use outbound_app::{Grant, ProviderCall, ProviderSender, ReadCampaigns, ReceivedResponse, SendFailure};
use outbound_store::{Campaigns, RecipientQuery, StoreError};
use outbound_store_memory::{Interference, MemoryStore};
use serde_json::json;
use tokio::task::{Id, try_id};

use crate::common::id;
use crate::fixture::sms;
use crate::settling::{accept, accepted, app, run_campaigns, wait_until};

/// Refuses the credentials of the first message. Once that outcome is committed, the next call of its task fails.
struct FailureAfterCommit {
    store: MemoryStore,
    has_refused: AtomicBool,
    is_committed: AtomicBool,
    task: Mutex<Option<Id>>,
}

#[async_trait]
impl Interference for FailureAfterCommit {
    async fn before(&self) -> Result<(), StoreError> {
        let mut task = self.task.lock().unwrap();
        if task.is_some() && *task == try_id() {
            *task = None;
            return Err(StoreError::Busy("the row is locked".into()));
        }
        Ok(())
    }

    async fn after_commit(&self) -> Result<(), StoreError> {
        if self.has_refused.load(Ordering::Relaxed)
            && is_waiting(&self.store).await
            && !self.is_committed.swap(true, Ordering::Relaxed)
        {
            *self.task.lock().unwrap() = try_id();
        }
        Ok(())
    }

    async fn blocked(&self) -> Result<(), StoreError> {
        Err(StoreError::Busy("the row is locked".into()))
    }
}

#[async_trait]
impl ProviderSender for FailureAfterCommit {
    async fn send(&self, _: &ProviderCall) -> Result<ReceivedResponse, SendFailure> {
        if self.has_refused.swap(true, Ordering::Relaxed) {
            return Ok(accepted());
        }
        let body = json!({ "code": 20003, "message": "no" }).to_string().into_bytes();
        Ok(ReceivedResponse { status: 401, retry_after: None, body })
    }
}

/// Whether the only recipient waits.
async fn is_waiting(store: &MemoryStore) -> bool {
    let reader = store.read_campaigns(&id("A"));
    let campaign = reader.campaigns(None, 1).await.unwrap().remove(0).ids.proactive;
    let query = RecipientQuery { campaign: &campaign, state: Some("waiting"), after: None, limit: 1 };
    !reader.recipients(query).await.unwrap().is_empty()
}

#[tokio::test]
async fn a_lane_stops_although_the_database_fails_after_the_outcome_was_recorded() {
    let store = MemoryStore::default();
    let failure = Arc::new(FailureAfterCommit {
        store: store.clone(),
        has_refused: AtomicBool::new(false),
        is_committed: AtomicBool::new(false),
        task: Mutex::default(),
    });
    let app = app(Arc::new(store.of_process(1, failure.clone())), failure).await;
    run_campaigns(&app);
    accept(&app, "A", &sms(&["12125550100"])).await;
    let grant: Grant<ReadCampaigns> = app.operator(&id("A"));
    wait_until("the lane is stopped", async || {
        app.lanes(&grant).await.unwrap().iter().any(|lane| lane.paused_reason.is_some())
    })
    .await;
}

//! An account whose share of the connections is in use delays only itself.

use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use outbound_app::{App, ProviderCall, ProviderSender, ReceivedResponse, SendFailure};
use outbound_model::JobTask;
use outbound_store::{CampaignTransaction, Campaigns, Catalogue, Jobs};
use outbound_store_sql::{Options, SqlStore};
use outbound_testkit::Postgres;
use serde_json::json;
use tokio::time::timeout;

use crate::common::id;
use crate::fixture::{sms, with};
use crate::settling::{accept, accepted, app, run_campaigns, state, wait_until};

/// The share of an account: half of the connections.
const SHARE: usize = 4;

/// Transactions that use all connections that an account may have.
type UsedShare = Vec<Box<dyn CampaignTransaction>>;

/// A database whose accounts wait for a connection longer than any test takes.
async fn store() -> Arc<SqlStore> {
    let database = Postgres::shared().unwrap().database().unwrap();
    let options = Options { wait: Duration::from_hours(1), ..Options::default() };
    let store = SqlStore::open(&database, &options).await.unwrap();
    store.migrate().await.unwrap();
    Arc::new(store)
}

async fn use_share(store: &SqlStore, account: &str) -> UsedShare {
    let account = id(account);
    let mut used = Vec::new();
    for _ in 0..SHARE {
        let transaction = timeout(Duration::from_mins(1), store.write_campaigns(&account)).await;
        used.push(transaction.expect("the share is smaller").unwrap());
    }
    // Usually long enough to get another connection if there is one.
    let another = timeout(Duration::from_millis(100), store.write_campaigns(&account)).await;
    assert!(another.is_err(), "the share is larger");
    used
}

/// Accepts all messages. When it gets one of account `A`, it uses the account's share.
struct BusyProvider {
    store: Arc<SqlStore>,
    used: Mutex<UsedShare>,
}

#[async_trait]
impl ProviderSender for BusyProvider {
    async fn send(&self, call: &ProviderCall) -> Result<ReceivedResponse, SendFailure> {
        if call.account == id("A") {
            let used = use_share(&self.store, "A").await;
            self.used.lock().unwrap().extend(used);
        }
        Ok(accepted())
    }
}

async fn a_message_of_b_is_sent_and_reported(store: &SqlStore, app: &App) {
    let message = accept(app, "B", &sms(&["12125550101"])).await;
    wait_until("the message of B is sent", async || state(app, "B", &message).await == "sent").await;
    wait_until("the events of B are recorded", async || {
        store.outbox_events(&id("B"), 1).await.unwrap().is_empty()
    })
    .await;
    wait_until("the changes of B are in the feed", async || {
        store.account_with_changes(Some(&id("A"))).await.unwrap().is_none()
    })
    .await;
}

/// Account `A` has many senders with messages to send, events to record and changes to publish.
#[tokio::test]
async fn an_account_that_waits_for_the_database_does_not_delay_messages_of_others() {
    let store = store().await;
    let provider = Arc::new(BusyProvider { store: store.clone(), used: Mutex::default() });
    let app = app(store.clone(), provider).await;
    for sender in 0..10 {
        let request = with(sms(&["12125550100"]), "outboundNumber", json!(format!("1415555{sender:04}")));
        accept(&app, "A", &request).await;
    }
    let _used = use_share(&store, "A").await;
    run_campaigns(&app);
    a_message_of_b_is_sent_and_reported(&store, &app).await;
}

#[tokio::test]
async fn an_account_that_waits_to_record_outcomes_does_not_delay_those_of_others() {
    let store = store().await;
    let provider = Arc::new(BusyProvider { store: store.clone(), used: Mutex::default() });
    let app = app(store.clone(), provider.clone()).await;
    let waiting = accept(&app, "A", &sms(&["12125550100"])).await;
    run_campaigns(&app);
    wait_until("the message of A is sent", async || !provider.used.lock().unwrap().is_empty()).await;
    a_message_of_b_is_sent_and_reported(&store, &app).await;
    provider.used.lock().unwrap().clear();
    wait_until("the outcome of A is recorded", async || state(&app, "A", &waiting).await == "sent").await;
}

#[tokio::test]
async fn an_account_that_waits_for_the_database_does_not_delay_jobs_of_others() {
    let store = store().await;
    let provider = Arc::new(BusyProvider { store: store.clone(), used: Mutex::default() });
    let app = app(store.clone(), provider).await;
    for account in ["A", "B"].map(id) {
        let mut transaction = store.write_catalogue(&account).await.unwrap();
        transaction.enqueue(&JobTask::RecountFindings, app.now(), app.now()).await.unwrap();
        transaction.commit().await.unwrap();
    }
    let _used = use_share(&store, "A").await;
    let running = app.clone();
    tokio::spawn(async move { running.run_jobs(pending()).await });
    wait_until("the job of B is done", async || {
        // It is deleted then.
        store.job(&id("B"), &JobTask::RecountFindings.id()).await.unwrap().is_none()
    })
    .await;
}

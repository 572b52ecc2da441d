//! The background loop sends messages of each account, and records their outcomes, independently of others.

use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use outbound_app::{
    App, AppParts, CacheSettings, CampaignTimes, Grant, LaunchCampaigns, NewConnection, NoMarker, NoWebhooks,
    ProviderCall, ProviderSender, ReadCampaigns, ReceivedResponse, RecipientFilter, SendFailure, Store,
    Submission,
};
use outbound_auth::{InstallationKey, Secret};
use outbound_campaigns::CampaignId;
use outbound_model::testing::SequenceGenerator;
use outbound_model::{Clock, Monotonic, Timestamp};
use outbound_store::{CampaignTransaction, Campaigns, RecipientQuery, StoreError};
use outbound_store_memory::{Interference, MemoryStore};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep, timeout};

use crate::common::id;
use crate::fixture::{NOON, SECRET, sms};

/// Noon at the start, then as fast as the real time, for which the loop waits.
struct RunningClock(Instant);

impl Clock for RunningClock {
    fn now(&self) -> Timestamp {
        let elapsed = i64::try_from(self.0.elapsed().as_millis()).unwrap();
        Timestamp::from_millis(NOON * 1000 + elapsed).unwrap()
    }

    fn monotonic(&self) -> Monotonic {
        Monotonic::from_micros(i64::try_from(self.0.elapsed().as_micros()).unwrap())
    }
}

/// Calls that need a locked row fail, as if they had waited too long, or panic the first time. Counts them.
#[derive(Default)]
struct LockTimeout {
    calls: AtomicUsize,
    panics: bool,
}

#[async_trait]
impl Interference for LockTimeout {
    async fn before(&self) -> Result<(), StoreError> {
        Ok(())
    }

    async fn after_commit(&self) -> Result<(), StoreError> {
        Ok(())
    }

    async fn blocked(&self) -> Result<(), StoreError> {
        let is_first = self.calls.fetch_add(1, Ordering::Relaxed) == 0;
        assert!(!(is_first && self.panics), "the store panics");
        Err(StoreError::Busy("the row is locked".into()))
    }
}

/// Accepts all messages. When it gets one of account `A`, it locks the recipient in the store.
struct LockingProvider {
    store: MemoryStore,
    lock: Mutex<Option<Box<dyn CampaignTransaction>>>,
}

#[async_trait]
impl ProviderSender for LockingProvider {
    async fn send(&self, call: &ProviderCall) -> Result<ReceivedResponse, SendFailure> {
        if call.account == id("A") {
            let reader = self.store.read_campaigns(&call.account);
            let campaign = reader.campaigns(None, 1).await.unwrap().remove(0).ids.proactive;
            let query = RecipientQuery { campaign: &campaign, state: None, after: None, limit: 1 };
            let recipient = reader.recipients(query).await.unwrap().remove(0);
            let mut transaction = self.store.write_campaigns(&call.account).await.unwrap();
            transaction.recipients_of(&[recipient.transaction]).await.unwrap();
            *self.lock.lock().unwrap() = Some(transaction);
        }
        Ok(accepted())
    }
}

/// Accepts all messages but those of account `A`, for which it panics.
struct PanickingProvider;

#[async_trait]
impl ProviderSender for PanickingProvider {
    async fn send(&self, call: &ProviderCall) -> Result<ReceivedResponse, SendFailure> {
        assert!(call.account != id("A"), "the provider panics");
        Ok(accepted())
    }
}

/// The response of a provider that accepts a message.
pub(crate) fn accepted() -> ReceivedResponse {
    let body = json!({ "sid": format!("SM{:032}", 1), "status": "queued" }).to_string().into_bytes();
    ReceivedResponse { status: 201, retry_after: None, body }
}

/// An application with connections of `A` and `B`.
pub(crate) async fn app(store: Arc<dyn Store>, provider: Arc<dyn ProviderSender>) -> App {
    let generator = Arc::<SequenceGenerator>::default();
    let installation = InstallationKey::from_hex(&InstallationKey::generate_hex(&*generator)).unwrap();
    let app = App::new(AppParts {
        store,
        clock: Arc::new(RunningClock(Instant::now())),
        generator,
        installation,
        caches: CacheSettings::default(),
        public_urls: vec!["https://va.handoff.example".parse().unwrap()],
        service_hosts: Vec::new(),
        webhook_sender: Arc::new(NoWebhooks),
        provider_sender: provider,
        campaign_times: CampaignTimes::default(),
        reports_sandbox: false,
    });
    for account in ["A", "B"].map(id) {
        app.create_account(account.clone()).await.unwrap();
        let new = NewConnection {
            name: "Sandbox".to_owned(),
            base_url: "http://127.0.0.1:8090".to_owned(),
            secret: Some(Secret::new(SECRET)),
        };
        app.create_connection(&app.operator(&account), new).await.unwrap();
    }
    app
}

/// Sends campaigns until the test ends.
pub(crate) fn run_campaigns(app: &App) {
    let app = app.clone();
    tokio::spawn(async move { app.run_campaigns(pending(), Arc::new(NoMarker)).await });
}

pub(crate) async fn accept(app: &App, account: &str, request: &Value) -> CampaignId {
    let grant: Grant<LaunchCampaigns> = app.operator(&id(account));
    let request = request.to_string();
    let accepted = app.accept_campaign(&grant, request.as_bytes(), Submission::default()).await.unwrap();
    accepted.id().unwrap()
}

/// The state of the only recipient.
pub(crate) async fn state(app: &App, account: &str, campaign: &CampaignId) -> &'static str {
    let grant: Grant<ReadCampaigns> = app.operator(&id(account));
    let filter = RecipientFilter { limit: 1, ..RecipientFilter::default() };
    app.recipients(&grant, campaign, &filter).await.unwrap()[0].state.as_str()
}

pub(crate) async fn wait_until(what: &str, is_done: impl AsyncFn() -> bool) {
    let waiting = async {
        while !is_done().await {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(Duration::from_mins(1), waiting).await.expect(what);
}

/// Returns the application.
async fn outcomes_of_others_are_recorded_during(lock_timeout: LockTimeout) -> App {
    let lock_timeout = Arc::new(lock_timeout);
    let store = MemoryStore::default().of_process(1, lock_timeout.clone());
    let provider = Arc::new(LockingProvider { store: store.clone(), lock: Mutex::default() });
    let app = app(Arc::new(store), provider.clone()).await;
    run_campaigns(&app);
    let first = accept(&app, "A", &sms(&["12125550100"])).await;
    wait_until("the outcome of A fails", async || lock_timeout.calls.load(Ordering::Relaxed) > 0).await;
    let second = accept(&app, "B", &sms(&["12125550101"])).await;
    wait_until("the outcome of B is recorded", async || state(&app, "B", &second).await == "sent").await;
    assert_eq!(state(&app, "A", &first).await, "in_flight");
    drop(provider.lock.lock().unwrap().take());
    wait_until("the outcome of A is recorded", async || state(&app, "A", &first).await == "sent").await;
    app
}

#[tokio::test]
async fn a_locked_recipient_of_one_account_does_not_delay_outcomes_of_others() {
    let app = outcomes_of_others_are_recorded_during(LockTimeout::default()).await;
    assert_eq!(app.task_restarts(), []);
}

#[tokio::test]
async fn a_panic_while_outcomes_are_recorded_is_counted_and_they_are_recorded_later() {
    let panics = LockTimeout { panics: true, ..LockTimeout::default() };
    let app = outcomes_of_others_are_recorded_during(panics).await;
    assert_eq!(app.task_restarts(), [("campaigns", 1)]);
}

#[tokio::test]
async fn a_panic_while_a_message_is_sent_is_counted_and_others_are_sent() {
    let app = app(Arc::new(MemoryStore::default()), Arc::new(PanickingProvider)).await;
    run_campaigns(&app);
    let first = accept(&app, "A", &sms(&["12125550100"])).await;
    wait_until("the panic is counted", async || app.task_restarts() == [("campaigns", 1)]).await;
    let second = accept(&app, "B", &sms(&["12125550101"])).await;
    wait_until("the message of B is sent", async || state(&app, "B", &second).await == "sent").await;
    assert_eq!(state(&app, "A", &first).await, "in_flight");
}

//! An account with a connection to a sandbox, and requests to it.

use std::sync::Arc;

use outbound_app::{
    AcceptedCampaign, App, AppError, Campaign, CampaignEngine, CampaignRecipient, Grant, ImportOptions,
    LaunchCampaigns, NewConnection, NoWebhooks, PublishMode, ReadCampaigns, RecipientFilter, Submission,
    WriteCampaigns,
};
use outbound_auth::Secret;
use outbound_campaigns::CampaignId;
use outbound_formats::liveperson;
use outbound_model::AccountId;
use serde_json::{Value, json};

use crate::common::{World, id};
use crate::provider::FakeProvider;

/// The secret of the connection.
pub(crate) const SECRET: &str = "5ec7e7";

/// Noon in UTC, when the windows of SMS are open in Europe and, at 08:00, in New York.
pub(crate) const NOON: i64 = 200 * 24 * 3600 + 12 * 3600;

pub(crate) struct Fixture {
    pub(crate) world: World,
    pub(crate) provider: Arc<FakeProvider>,
    pub(crate) account: AccountId,
    callback_id: String,
}

impl Fixture {
    /// With a connection, at noon.
    pub(crate) async fn new() -> Self {
        Self::without_connection().await.connected().await
    }

    async fn connected(mut self) -> Self {
        let new = NewConnection {
            name: "Sandbox".to_owned(),
            base_url: "http://127.0.0.1:8090".to_owned(),
            secret: Some(Secret::new(SECRET)),
        };
        let grant = self.app().operator(&self.account);
        let (connection, _) = self.app().create_connection(&grant, new).await.unwrap();
        self.callback_id = connection.callback_id;
        self
    }

    /// The same world, for another account with a connection.
    pub(crate) async fn in_account(mut self, account: &str) -> Self {
        self.account = id(account);
        self.connected().await
    }

    pub(crate) async fn without_connection() -> Self {
        let provider = FakeProvider::new();
        let world = World::with_senders(Arc::new(NoWebhooks), provider.clone()).await;
        world.advance_clock(NOON);
        provider.set_clock(world.clock());
        Self { world, provider, account: id("A"), callback_id: String::new() }
    }

    pub(crate) fn app(&self) -> &App {
        &self.world.app
    }

    pub(crate) fn callback_id(&self) -> &str {
        &self.callback_id
    }

    pub(crate) fn launch(&self) -> Grant<LaunchCampaigns> {
        self.app().operator(&self.account)
    }

    pub(crate) fn read(&self) -> Grant<ReadCampaigns> {
        self.app().operator(&self.account)
    }

    pub(crate) fn write(&self) -> Grant<WriteCampaigns> {
        self.app().operator(&self.account)
    }

    pub(crate) async fn accept(&self, request: &Value) -> Result<AcceptedCampaign, AppError> {
        self.app()
            .accept_campaign(&self.launch(), request.to_string().as_bytes(), Submission::default())
            .await
    }

    /// Accepts a plain SMS to these numbers and returns the id of the campaign.
    pub(crate) async fn accept_sms(&self, numbers: &[&str]) -> CampaignId {
        self.accept(&sms(numbers)).await.unwrap().id().unwrap()
    }

    pub(crate) async fn campaign(&self, id: &CampaignId) -> Campaign {
        self.app().campaign(&self.read(), id).await.unwrap()
    }

    pub(crate) async fn recipients(&self, id: &CampaignId) -> Vec<CampaignRecipient> {
        let filter = RecipientFilter { limit: 1000, ..RecipientFilter::default() };
        self.app().recipients(&self.read(), id, &filter).await.unwrap()
    }

    /// Runs steps of the engine with 100 ms between them. Every message is sent and settled in its step.
    pub(crate) async fn run(&self, engine: &mut CampaignEngine, steps: usize) {
        for _ in 0..steps {
            self.run_step(engine).await;
            self.world.advance_millis(100);
        }
    }

    /// Returns the number of messages.
    pub(crate) async fn run_step(&self, engine: &mut CampaignEngine) -> usize {
        let mut outcomes = Vec::new();
        for message in engine.step().await.unwrap() {
            let outcome = self.app().send_message(&message).await;
            outcomes.push((message, outcome));
        }
        let count = outcomes.len();
        self.app().settle_messages(outcomes).await.unwrap();
        count
    }

    /// Lets reporting record all events.
    pub(crate) async fn record_events(&self) {
        while self.app().record_campaign_events().await.unwrap() {}
    }

    /// The names of the states, in the order of the recipients.
    pub(crate) async fn states(&self, id: &CampaignId) -> Vec<&'static str> {
        self.recipients(id).await.iter().map(|recipient| recipient.state.as_str()).collect()
    }

    /// Imports and publishes a handoff with these channels.
    pub(crate) async fn publish(&self, handoff: &str, channels: Value) {
        let json = json!([{ "id": handoff, "name": handoff, "lookbackPeriodDay": 2, "lookbackPeriodHour": 0,
            "routeAllWithinLookback": true, "channels": channels }]);
        let json = json.to_string();
        let handoffs = liveperson::read(json.as_bytes(), self.app().file_defaults());
        let options = ImportOptions { publish: PublishMode::All, ..ImportOptions::default() };
        let grant = self.app().operator(&self.account);
        self.app().import(&grant, handoffs, options, |_, _| ()).await.unwrap();
    }
}

/// A request for a plain SMS.
pub(crate) fn sms(numbers: &[&str]) -> Value {
    let consumer =
        |number: &&str| json!({ "consumerContent": { "sms": number }, "variables": { "1": "Hi" } });
    json!({
        "campaignName": "Autumn",
        "skill": "sales",
        "templateId": "1234567890",
        "outboundNumber": "14155550170",
        "consent": true,
        "consumers": numbers.iter().map(consumer).collect::<Vec<_>>(),
    })
}

/// The request with another value of a field.
pub(crate) fn with(mut request: Value, field: &str, value: Value) -> Value {
    request[field] = value;
    request
}

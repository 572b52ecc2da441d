//! What a simulation consists of: processes with their clocks, a store, a provider, and the account.

use std::sync::Arc;
use std::time::Duration;

use outbound_app::{
    App, AppParts, CacheSettings, CampaignEngine, CampaignTimes, ClaimedMessage, Grant, ImportOptions,
    LaunchCampaigns, NewConnection, NoWebhooks, PublishMode, Store,
};
use outbound_auth::{InstallationKey, Secret};
use outbound_connectors::Outcome;
use outbound_formats::liveperson;
use outbound_model::testing::{ManualClock, SequenceGenerator};
use outbound_model::{AccountId, Clock, Handoff, Monotonic, Timestamp, from_json_str};
use outbound_store_memory::MemoryStore;
use outbound_store_sql::{Options, SqlStore};
use serde_json::json;
use tempfile::TempDir;

use super::provider::SimulatedProvider;
use super::schedule::{Disturbance, Faults};
use crate::fixture::SECRET;

/// The number of processes.
pub(super) const PROCESSES: usize = 2;

/// Two hours after noon in UTC, so that the windows of SMS are open in New York.
const START: i64 = 200 * 24 * 3600 + 14 * 3600;

/// Where a simulation stores its data.
#[derive(Clone, Copy, Debug)]
pub(super) enum Engine {
    /// In memory. Work pauses at each call, and calls fail.
    Memory,
    /// In a SQLite database, without pauses and faults of the store.
    Sqlite,
}

/// A process: its application, and what it does not share with others.
pub(super) struct Process {
    pub(super) app: App,
    clock: ManualClock,
    /// How much it is ahead.
    offset: i64,
    /// `None` while a step runs.
    pub(super) engine: Option<CampaignEngine>,
    /// Outcomes that are not recorded yet.
    pub(super) outcomes: Vec<(ClaimedMessage, Outcome)>,
    /// Until when it does nothing, in milliseconds of the monotonic clock.
    pub(super) frozen_until: i64,
    pub(super) disturbance: Disturbance,
    /// Its access to the store in memory.
    memory: Option<MemoryStore>,
}

impl Process {
    pub(super) fn launch(&self, account: &AccountId) -> Grant<LaunchCampaigns> {
        self.app.operator(account)
    }

    /// Forgets everything but the application, whose state has no effect on campaigns.
    pub(super) fn crash(&mut self) {
        self.engine = Some(CampaignEngine::new(&self.app).claiming_ahead());
        self.outcomes.clear();
        self.frozen_until = 0;
    }

    /// The database ends its transaction, because it has heard nothing for a while.
    pub(super) fn lose_transaction(&self) {
        if let Some(memory) = &self.memory {
            memory.abort_transactions();
        }
    }

    /// Steps the clock that is stored and shown to another difference from the true time, in milliseconds.
    pub(super) fn set_clock(&mut self, offset: i64) {
        self.clock.step_wall(offset - self.offset);
        self.offset = offset;
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

pub(super) struct World {
    pub(super) account: AccountId,
    pub(super) callback_id: String,
    pub(super) provider: Arc<SimulatedProvider>,
    pub(super) faults: Faults,
    pub(super) processes: Vec<Process>,
    /// The store without pauses and faults.
    pub(super) store: Arc<dyn Store>,
    _folder: Option<TempDir>,
}

/// The channels of the handoff `H1`: RCS, with SMS as fallback.
fn channels() -> serde_json::Value {
    let body = |opt_out: Option<&str>| json!([{ "type": "body", "content": "Hi${{1}}", "variables": ["1"], "optOut": opt_out }]);
    json!([
        { "type": "googlercs", "language": "en", "outboundnumber": "agent", "serviceAccountName": "agent",
          "messageComponents": body(None) },
        { "type": "sms-twilio", "language": "en", "outboundnumber": "14155550191",
          "messageComponents": body(Some("Text STOP.")) },
    ])
}

fn handoff() -> Handoff {
    let json = json!({ "id": "H1", "name": "H1", "lookbackPeriodDay": 2, "lookbackPeriodHour": 0,
        "routeAllWithinLookback": true, "createdAt": Timestamp::EPOCH.to_string(),
        "updatedAt": Timestamp::EPOCH.to_string(), "channels": channels() });
    from_json_str(&json.to_string()).unwrap()
}

impl World {
    pub(super) async fn new(seed: u64, engine: Engine) -> Self {
        let faults = Faults::new(seed ^ 0x5eed);
        let (memory, sqlite, folder) = match engine {
            Engine::Memory => (Some(MemoryStore::default()), None, None),
            Engine::Sqlite => {
                let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
                let url = format!("sqlite:{}", folder.path().join("outbound.db").display());
                let store = Arc::new(SqlStore::open(&url, &Options::default()).await.unwrap());
                store.migrate().await.unwrap();
                (None, Some(store), Some(folder))
            }
        };
        let generator = Arc::<SequenceGenerator>::default();
        let key = InstallationKey::generate_hex(&*generator);
        let clocks: Vec<_> =
            (0..PROCESSES).map(|_| ManualClock::starting_at(Timestamp::EPOCH.plus_seconds(START))).collect();
        let provider = SimulatedProvider::new(clocks[0].clone(), faults.clone());
        let process = |(clock, number): (&ManualClock, u64)| {
            let disturbance = Disturbance::new(&faults);
            let memory = memory.as_ref().map(|all| all.of_process(number, Arc::new(disturbance.clone())));
            let sqlite = sqlite.clone().map(|store| store as Arc<dyn Store>);
            let store = sqlite.or_else(|| Some(Arc::new(memory.clone()?) as Arc<dyn Store>)).unwrap();
            let app = app(store, (clock, &generator), &key, &provider);
            let engine = Some(CampaignEngine::new(&app).claiming_ahead());
            let (outcomes, clock) = (Vec::new(), clock.clone());
            Process { app, clock, offset: 0, engine, outcomes, frozen_until: 0, disturbance, memory }
        };
        let processes: Vec<_> = clocks.iter().zip(1..).map(process).collect();
        let sqlite = sqlite.clone().map(|store| store as Arc<dyn Store>);
        let store = sqlite.or_else(|| Some(Arc::new(memory.clone()?) as Arc<dyn Store>)).unwrap();
        let observer = app(store.clone(), (&clocks[0], &generator), &key, &provider);
        let account: AccountId = "A".parse().unwrap();
        observer.create_account(account.clone()).await.unwrap();
        let callback_id = connect(&observer, &account).await;
        publish(&observer, &account, memory.as_ref()).await;
        Self { account, callback_id, provider, faults, processes, store, _folder: folder }
    }

    /// Advances all clocks.
    pub(super) fn advance(&self, duration: Duration) {
        for process in &self.processes {
            process.clock.advance(duration);
        }
    }

    pub(super) fn monotonic(&self) -> i64 {
        self.processes[0].clock.elapsed_millis()
    }

    /// The time from now until `start`.
    pub(super) fn wait_until(&self, start: Monotonic) -> Duration {
        start.since(self.processes[0].clock.monotonic())
    }

    pub(super) fn stop_faults(&mut self) {
        self.faults.stop();
        for process in &mut self.processes {
            process.disturbance.cut(false);
            process.frozen_until = 0;
        }
    }
}

fn app(
    store: Arc<dyn Store>,
    (clock, generator): (&ManualClock, &Arc<SequenceGenerator>),
    key: &str,
    provider: &Arc<SimulatedProvider>,
) -> App {
    App::new(AppParts {
        store,
        clock: Arc::new(clock.clone()),
        generator: generator.clone(),
        installation: InstallationKey::from_hex(key).unwrap(),
        caches: CacheSettings { page_bytes: 1024, token_bytes: 1024, ..CacheSettings::default() },
        public_urls: vec!["https://va.handoff.example".parse().unwrap()],
        service_hosts: Vec::new(),
        webhook_sender: Arc::new(NoWebhooks),
        provider_sender: provider.clone(),
        campaign_times: CampaignTimes::default(),
        reports_sandbox: true,
    })
}

async fn connect(app: &App, account: &AccountId) -> String {
    let new = NewConnection {
        name: "Sandbox".to_owned(),
        base_url: "http://127.0.0.1:8090".to_owned(),
        secret: Some(Secret::new(SECRET)),
    };
    app.create_connection(&app.operator(account), new).await.unwrap().0.callback_id
}

async fn publish(app: &App, account: &AccountId, memory: Option<&MemoryStore>) {
    if let Some(memory) = memory {
        return memory.publish(account, handoff());
    }
    let json = json!([{ "id": "H1", "name": "H1", "lookbackPeriodDay": 2, "lookbackPeriodHour": 0,
        "routeAllWithinLookback": true, "channels": channels() }]);
    let json = json.to_string();
    let handoffs = liveperson::read(json.as_bytes(), app.file_defaults());
    let options = ImportOptions { publish: PublishMode::All, ..ImportOptions::default() };
    app.import(&app.operator(account), handoffs, options, |_, _| ()).await.unwrap();
}

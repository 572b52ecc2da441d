//! An application with an empty SQLite database and a manual clock.

use std::sync::Arc;
use std::time::Duration;

use outbound_app::{
    App, AppParts, CacheSettings, CampaignTimes, Login, LoginRejection, LoginRequest, NewUser, NoProviders,
    NoWebhooks, ProviderSender, WebhookSender,
};
use outbound_auth::{InstallationKey, Secret};
use outbound_model::testing::{ManualClock, SequenceGenerator};
use outbound_model::{AccountId, Role};
use outbound_store_sql::{Options, SqlStore};
use tempfile::TempDir;

pub(crate) const PASSWORD: &str = "correct horse";

pub(crate) struct World {
    pub(crate) app: App,
    pub(crate) store: Arc<SqlStore>,
    clock: ManualClock,
    generator: Arc<SequenceGenerator>,
    folder: TempDir,
}

impl World {
    /// Creates a world with the accounts `A` and `B`.
    pub(crate) async fn new() -> Self {
        Self::with_sender(Arc::new(NoWebhooks)).await
    }

    /// Like [`new`](Self::new) with a sender of webhook messages.
    pub(crate) async fn with_sender(webhook_sender: Arc<dyn WebhookSender>) -> Self {
        Self::with_senders(webhook_sender, Arc::new(NoProviders)).await
    }

    /// Like [`new`](Self::new) with senders of webhook messages and of requests to providers.
    pub(crate) async fn with_senders(
        webhook_sender: Arc<dyn WebhookSender>,
        provider_sender: Arc<dyn ProviderSender>,
    ) -> Self {
        // In memory, if possible: commits then cost no writes to a disk.
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        let url = format!("sqlite:{}", folder.path().join("outbound.db").display());
        let store = Arc::new(SqlStore::open(&url, &Options::default()).await.unwrap());
        store.migrate().await.unwrap();
        let (clock, generator) = (ManualClock::default(), Arc::<SequenceGenerator>::default());
        let senders = (webhook_sender, provider_sender);
        let app = app(store.clone(), clock.clone(), generator.clone(), senders);
        for account in ["A", "B"] {
            app.create_account(id(account)).await.unwrap();
        }
        Self { app, store, clock, generator, folder }
    }

    /// The same installation with another key file.
    pub(crate) fn with_another_key(&self, webhook_sender: Arc<dyn WebhookSender>) -> App {
        let senders = (webhook_sender, Arc::new(NoProviders) as Arc<dyn ProviderSender>);
        app(self.store.clone(), self.clock.clone(), self.generator.clone(), senders)
    }

    /// The URL of the main file.
    pub(crate) fn database(&self) -> String {
        format!("sqlite:{}", self.folder.path().join("outbound.db").display())
    }

    /// The URL of the file with sessions and nonces.
    pub(crate) fn operational_database(&self) -> String {
        format!("sqlite:{}", self.folder.path().join("outbound-operational.db").display())
    }

    pub(crate) fn advance_clock(&self, seconds: i64) {
        self.clock.advance(Duration::from_secs(seconds.try_into().unwrap()));
    }

    pub(crate) fn advance_millis(&self, millis: u64) {
        self.clock.advance(Duration::from_millis(millis));
    }

    pub(crate) fn clock(&self) -> ManualClock {
        self.clock.clone()
    }

    /// Creates a user of account `A` with [`PASSWORD`].
    pub(crate) async fn user(&self, name: &str, role: Role) {
        let new = NewUser { name: name.parse().unwrap(), role, password: Secret::new(PASSWORD) };
        self.app.create_user(&self.app.operator(&id("A")), new).await.unwrap();
    }

    pub(crate) async fn log_in(
        &self,
        account: &str,
        name: &str,
        password: &str,
    ) -> Result<Login, LoginRejection> {
        let request = LoginRequest {
            account: id(account),
            username: name.to_owned(),
            password: Secret::new(password),
            address: "10.0.0.1".parse().unwrap(),
        };
        self.app.log_in(request).await
    }
}

pub(crate) fn id(account: &str) -> AccountId {
    account.parse().unwrap()
}

/// An application with a new installation key.
fn app(
    store: Arc<SqlStore>,
    clock: ManualClock,
    generator: Arc<SequenceGenerator>,
    (webhook_sender, provider_sender): (Arc<dyn WebhookSender>, Arc<dyn ProviderSender>),
) -> App {
    let installation = InstallationKey::from_hex(&InstallationKey::generate_hex(&*generator)).unwrap();
    App::new(AppParts {
        store,
        clock: Arc::new(clock),
        generator,
        installation,
        caches: CacheSettings::default(),
        public_urls: vec!["https://va.handoff.example".parse().unwrap()],
        service_hosts: vec![("agentVep".to_owned(), "login.example".to_owned())],
        webhook_sender,
        provider_sender,
        campaign_times: CampaignTimes::default(),
        reports_sandbox: true,
    })
}

//! The use cases over a fresh database, at a time that the test sets.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use outbound_app::{
    App, Caches, Login, LoginRefusal, LoginRequest, NewUser, NoWebhooks, Parts, WebhookSender,
};
use outbound_auth::{InstallationKey, Secret};
use outbound_model::{AccountId, Clock, Generator, Role, Timestamp};
use outbound_store_sql::{Options, SqlStore};
use tempfile::TempDir;

pub(crate) const PASSWORD: &str = "correct horse";

/// Seconds since the epoch.
#[derive(Default)]
pub(crate) struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::EPOCH.plus_seconds(self.0.load(Ordering::Relaxed))
    }
}

/// Different bytes each time.
#[derive(Default)]
struct Counter(AtomicU64);

impl Generator for Counter {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let number = self.0.fetch_add(1, Ordering::Relaxed);
            let random = BuildHasherDefault::<DefaultHasher>::default().hash_one(number).to_le_bytes();
            chunk.copy_from_slice(&random[..chunk.len()]);
        }
    }
}

pub(crate) struct World {
    pub(crate) app: App,
    clock: Arc<TestClock>,
    _folder: TempDir,
}

impl World {
    /// With the accounts `A` and `B`.
    pub(crate) async fn new() -> Self {
        Self::sending_by(Arc::new(NoWebhooks)).await
    }

    /// The same with something that sends webhooks.
    pub(crate) async fn sending_by(webhook_sender: Arc<dyn WebhookSender>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("outbound.db").display());
        let store = SqlStore::open(&url, &Options::default()).await.unwrap();
        store.migrate().await.unwrap();
        let (clock, generator) = (Arc::<TestClock>::default(), Arc::<Counter>::default());
        let installation = InstallationKey::from_hex(&InstallationKey::generate_hex(&*generator)).unwrap();
        let app = App::new(Parts {
            store: Arc::new(store),
            clock: clock.clone(),
            generator,
            installation,
            caches: Caches::default(),
            public_urls: vec!["https://va.handoff.example".parse().unwrap()],
            service_hosts: vec![("agentVep".to_owned(), "login.example".to_owned())],
            webhook_sender,
        });
        for account in ["A", "B"] {
            app.create_account(id(account)).await.unwrap();
        }
        Self { app, clock, _folder: folder }
    }

    pub(crate) fn pass(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds, Ordering::Relaxed);
    }

    /// Makes a user of account `A` with [`PASSWORD`].
    pub(crate) async fn user(&self, name: &str, role: Role) {
        let new = NewUser { name: name.parse().unwrap(), role, password: Secret::new(PASSWORD) };
        self.app.create_user(&self.app.operator(&id("A")), new).await.unwrap();
    }

    pub(crate) async fn log_in(
        &self,
        account: &str,
        name: &str,
        password: &str,
    ) -> Result<Login, LoginRefusal> {
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

//! Two nodes of one installation: two apps on one database, with one clock that stands still until
//! it is told to go on.

#![allow(unreachable_pub, reason = "a module of tests")]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, AtomicUsize, Ordering};

use async_trait::async_trait;
use outbound_app::{
    Account, App, AppError, Caches, Client, Credential, Filter, Grant, ImportOptions, Page, Parts, Store,
};
use outbound_app::{ReadHandoffs, StoreError, TokenRequest};
use outbound_auth::InstallationKey;
use outbound_formats::liveperson;
use outbound_model::{AccountId, ClientId, Clock, Generator, Handoff, Scope, Timestamp};
use outbound_store::{AccountReader, AccountTransaction, Changes, Cursor, PublishedPage, SigningKey};
use outbound_store_sql::{Options, SqlStore};

/// Milliseconds since the epoch, moved by hand.
#[derive(Clone, Default)]
pub struct TestClock(Arc<AtomicI64>);

impl TestClock {
    pub fn pass(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
    pub fn millis(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_700_000_000_000 + self.millis()).unwrap()
    }
}

/// Never the same bytes twice.
#[derive(Default)]
struct Counter(AtomicU64);

impl Generator for Counter {
    fn fill(&self, bytes: &mut [u8]) {
        let count = self.0.fetch_add(1, Ordering::SeqCst);
        for (i, byte) in bytes.iter_mut().enumerate() {
            *byte = count.to_le_bytes()[i % 8];
        }
    }
}

/// A store that counts the pages read from it.
pub struct Counting {
    inner: SqlStore,
    pub pages: Arc<AtomicUsize>,
}

struct CountingReader {
    inner: Box<dyn AccountReader>,
    pages: Arc<AtomicUsize>,
}

#[async_trait]
impl AccountReader for CountingReader {
    async fn revision(&self) -> Result<Option<i64>, StoreError> {
        self.inner.revision().await
    }
    async fn published(&self, filter: Filter, page: Page) -> Result<PublishedPage, StoreError> {
        self.pages.fetch_add(1, Ordering::SeqCst);
        self.inner.published(filter, page).await
    }
    async fn published_after(&self, after: Option<&Cursor>, count: u32) -> Result<Vec<Handoff>, StoreError> {
        self.inner.published_after(after, count).await
    }
    async fn client(&self, id: &ClientId) -> Result<Option<Client>, StoreError> {
        self.inner.client(id).await
    }
    async fn clients(&self) -> Result<Vec<Client>, StoreError> {
        self.inner.clients().await
    }
}

#[async_trait]
impl Store for Counting {
    fn read(&self, account: &AccountId) -> Box<dyn AccountReader> {
        Box::new(CountingReader { inner: self.inner.read(account), pages: self.pages.clone() })
    }
    async fn write(&self, account: &AccountId) -> Result<Box<dyn AccountTransaction>, StoreError> {
        self.inner.write(account).await
    }
    async fn create_account(&self, account: &Account) -> Result<(), StoreError> {
        self.inner.create_account(account).await
    }
    async fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        self.inner.accounts().await
    }
    async fn signing_keys(&self) -> Result<Vec<SigningKey>, StoreError> {
        self.inner.signing_keys().await
    }
    async fn add_signing_key(&self, key: &SigningKey) -> Result<(), StoreError> {
        self.inner.add_signing_key(key).await
    }
    async fn changes(&self) -> Result<Option<Box<dyn Changes>>, StoreError> {
        self.inner.changes().await
    }
    async fn ping(&self) -> Result<(), StoreError> {
        self.inner.ping().await
    }
}

/// One node.
pub struct Node {
    pub app: App,
    pub pages: Arc<AtomicUsize>,
}

pub async fn node(database: &str, clock: &TestClock, caches: Caches) -> Node {
    let inner = SqlStore::open(database, &Options::default()).await.unwrap();
    inner.migrate().await.unwrap();
    let pages = Arc::new(AtomicUsize::new(0));
    let app = App::new(Parts {
        store: Arc::new(Counting { inner, pages: pages.clone() }),
        clock: Arc::new(clock.clone()),
        generator: Arc::new(Counter::default()),
        installation: InstallationKey::from_hex(&"5".repeat(64)).unwrap(),
        caches,
    });
    app.maintain_signing_keys().await.unwrap();
    Node { app, pages }
}

impl Node {
    /// A client that may read, and a token of it.
    pub async fn client(&self, account: &AccountId) -> (ClientId, Credential) {
        let scopes = [Scope::HandoffsRead].into_iter().collect();
        let client = self.app.create_client(&self.app.operator(account), "test", scopes).await.unwrap();
        let request = TokenRequest {
            account: account.clone(),
            client_id: client.id.to_string(),
            client_secret: client.secret,
            scope: None,
        };
        let token = self.app.grant_token(request).await.unwrap();
        (client.id, Credential::AppJwt(token.access_token))
    }

    /// Imports handoffs from JSON.
    pub async fn write(&self, account: &AccountId, json: &str) {
        let handoffs = liveperson::read(json.as_bytes(), self.app.new_handoffs());
        let grant = self.app.operator(account);
        self.app.import(&grant, handoffs, ImportOptions::default(), |_| ()).await.unwrap();
    }

    /// The list as a caller with `credential` sees it.
    pub async fn read(
        &self,
        account: &AccountId,
        credential: &Credential,
        page: Page,
    ) -> Result<String, AppError> {
        let grant: Grant<ReadHandoffs> = self.app.authorize(account, credential).await?;
        let found = self.app.published_handoffs(&grant, None, page).await?;
        Ok(String::from_utf8(found.body.plain().to_vec()).unwrap())
    }
}

//! The use cases, one a file, in a folder for each concern: authorise, check, store. Every door (HTTP,
//! command line) calls these and nothing below them.
//!
//! A use case on an account's data takes a [`Grant`], which only [`App::authorize`] gives to a
//! caller from outside and [`App::operator`] to the command line; its type says which right was
//! checked.

mod accounts;
mod authorize;
mod busy;
mod catalogue;
mod changes;
mod compute;
mod credentials;
mod demo;
mod error;
mod error_chain;
mod jobs;
mod readiness;
mod request_rates;
mod revisions;
mod rights;
mod services;
mod sessions;
mod supervision;
mod webhooks;
mod write;

use std::hash::Hash;
use std::ops::Deref;
use std::sync::Arc;

use catalogue::{ElementCache, PageCache};
use credentials::TokenCache;
use outbound_auth::{InstallationKey, PublicUrl};
use outbound_model::{Clock, Generator, Timestamp};
pub use outbound_store::{
    Account, ApiKey, Attempt, AuditRecord, Client, Criteria, Delivery, Filter, HandoffChange, Job, Page,
    PoolUsage, Search, SearchCursor, Session, Sort, SortKey, SortValue, StateCounts, Store, StoreError,
    StoredHandoff, Summary, User, VersionRecord, Webhook,
};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use revisions::Revisions;
use tokio::sync::Notify;

pub use authorize::{Credential, Grant};
pub use busy::BusyRetry;
pub use catalogue::{
    AccountDefaults, AccountSettings, ChangeFollower, Comparison, ConversionDetails, CreatedDraft,
    ExpectedTag, FileDefaults, FileImport, FileImportResult, FinishRecord, HandoffPage, HandoffTag,
    ImportDecision, ImportDetails, ImportEnd, ImportError, ImportIdentity, ImportItem, ImportListener,
    ImportOptions, ImportOutcome, ImportPermit, ImportPlan, ImportRecord, ImportRecording, ImportResult,
    ImportSource, ImportTicket, IncomingHandoff, PageBody, PlannedHandoff, Publication, PublishMode,
    PublishedPages, VersionSelector,
};
pub use credentials::{
    AuthenticatedClient, FirstAdministrator, GrantRefusal, NewApiKey, NewClient, NewUser, Quota,
    SetupRefusal, TokenGrant, TokenRequest,
};
pub use demo::{DEMO_ACCOUNT, Demo};
pub use error::{AppError, Refusal};
pub use error_chain::error_chain;
pub use jobs::JobCounts;
pub use outbound_formats::{
    ChannelDefaults, Format, ImportDefaults, ImportedHandoff as ParsedHandoff, ReadOptions,
};
pub use rights::{
    ChangeOwnPassword, ManageCredentials, ManageRules, ReadDrafts, ReadHandoffs, Right, WriteHandoffs,
};
pub use services::{SERVICES, Service};
pub use sessions::{
    AuthenticatedSession, AuthenticatedUser, Login, LoginRefusal, LoginRequest, SESSION_SECONDS,
    SignedInUser, WebLogin, WebSession,
};
pub use supervision::TaskEnd;
pub use webhooks::{
    AttemptCounts, DELIVERY_DAYS, MAX_WEBHOOKS, NewWebhook, NoWebhooks, OLD_SECRET_SECONDS, SendError,
    WebhookRequest, WebhookSender, WebhookUrl,
};

/// What the use cases stand on; cheap to clone, as each request does.
#[derive(Clone)]
pub struct App(Arc<AppInner>);

/// What the clones of an [`App`] share.
pub struct AppInner {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    generator: Arc<dyn Generator>,
    installation: Arc<InstallationKey>,
    keys: credentials::Keys,
    revisions: Revisions,
    rates: request_rates::RequestRates,
    readiness: readiness::Readiness,
    pages: PageCache,
    elements: ElementCache,
    tokens: TokenCache,
    public_urls: Vec<PublicUrl>,
    lockout: sessions::Lockout,
    passwords: credentials::Passwords,
    import_queue: catalogue::ImportQueue,
    import_records: catalogue::ImportRecords,
    service_hosts: services::ServiceHosts,
    setup: credentials::Setup,
    webhook_sender: Arc<dyn WebhookSender>,
    /// Notified whenever a job may be due.
    job_work: Notify,
    job_counts: JobCounts,
    webhook_attempts: AttemptCounts,
    restarts: supervision::Restarts,
    compute_permits: compute::Permits,
}

/// What an [`App`] is made of.
pub struct AppParts {
    /// The database.
    pub store: Arc<dyn Store>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes secrets and ids.
    pub generator: Arc<dyn Generator>,
    /// Encrypts at rest.
    pub installation: InstallationKey,
    /// How much is kept in memory.
    pub caches: CacheSettings,
    /// Where clients reach the service: the schemes and hosts that a request may be signed for; the
    /// first is the one that the domain API tells. Without any, no OAuth 1.0 signature fits.
    pub public_urls: Vec<PublicUrl>,
    /// The hosts of single services, where they are not that of the first public address.
    pub service_hosts: Vec<(String, String)>,
    /// Sends what webhooks are told.
    pub webhook_sender: Arc<dyn WebhookSender>,
}

/// What is kept in memory, and how long it may be served without the database.
#[derive(Clone, Copy, Debug)]
pub struct CacheSettings {
    /// The most bytes of finished pages, and of the elements that by-channel pages are made of.
    pub page_bytes: u64,
    /// The most bytes of verified tokens.
    pub token_bytes: u64,
    /// For how long pages in memory are served while the database is away.
    pub stale_seconds: u32,
}

/// How full a cache is and how well it works.
#[derive(Clone, Copy, Debug, Default)]
pub struct CacheUsage {
    /// Bytes that it counts as used; never more than its bound.
    pub bytes: u64,
    /// Things in it.
    pub entries: usize,
    /// Look-ups that found something, since the start.
    pub hits: u64,
    /// Look-ups that did not.
    pub misses: u64,
}

impl CacheUsage {
    fn of<K: Eq + Hash, V: Clone, W: Weighter<K, V> + Clone>(cache: &Cache<K, V, W>) -> Self {
        Self { bytes: cache.weight(), entries: cache.len(), hits: cache.hits(), misses: cache.misses() }
    }
}

impl Default for CacheSettings {
    /// 64 MiB of pages, 16 MiB of tokens, one minute.
    fn default() -> Self {
        Self { page_bytes: 64 << 20, token_bytes: 16 << 20, stale_seconds: 60 }
    }
}

impl Deref for App {
    type Target = AppInner;

    fn deref(&self) -> &AppInner {
        &self.0
    }
}

impl App {
    /// Puts the parts together; touches nothing yet.
    pub fn new(parts: AppParts) -> Self {
        let (store, clock) = (parts.store, parts.clock);
        let revisions = Revisions::new(store.clone(), clock.clone(), parts.caches.stale_seconds);
        let import_queue = catalogue::ImportQueue::new(store.max_account_locks());
        Self(Arc::new(AppInner {
            store,
            clock,
            generator: parts.generator,
            installation: Arc::new(parts.installation),
            keys: credentials::Keys::default(),
            revisions,
            rates: request_rates::RequestRates::default(),
            readiness: readiness::Readiness::default(),
            // What the lists are made of takes a quarter of the room for them.
            pages: PageCache::new(parts.caches.page_bytes - parts.caches.page_bytes / 4),
            elements: ElementCache::new(parts.caches.page_bytes / 4),
            tokens: TokenCache::new(parts.caches.token_bytes),
            public_urls: parts.public_urls,
            lockout: sessions::Lockout::default(),
            passwords: credentials::Passwords::default(),
            import_queue,
            import_records: catalogue::ImportRecords::default(),
            service_hosts: parts.service_hosts.into_iter().collect(),
            setup: credentials::Setup::default(),
            webhook_sender: parts.webhook_sender,
            job_work: Notify::new(),
            job_counts: JobCounts::default(),
            webhook_attempts: AttemptCounts::default(),
            restarts: supervision::Restarts::default(),
            compute_permits: compute::Permits::default(),
        }))
    }

    /// Where ids of requests come from.
    pub fn generator(&self) -> &dyn Generator {
        &*self.generator
    }

    /// The cache of elements of the by-channel lists.
    pub fn element_cache(&self) -> CacheUsage {
        self.elements.usage()
    }

    /// The cache of finished pages.
    pub fn page_cache(&self) -> CacheUsage {
        self.pages.usage()
    }

    /// How many pages were read from the database, since the start.
    pub fn pages_read(&self) -> u64 {
        self.pages.reads()
    }

    /// The open connections to the database.
    pub fn database_pools(&self) -> Vec<PoolUsage> {
        self.store.pools()
    }

    /// The cache of verified tokens.
    pub fn token_cache(&self) -> CacheUsage {
        self.tokens.usage()
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

//! The use cases, one per file, in one folder per concern. HTTP handlers, pages and commands call them,
//! and never the layers below.
//!
//! A use case on an account's data takes a [`Grant`]. [`App::accept`] issues it to external callers,
//! [`App::operator`] to the command line. Its type parameter is the right that was checked.

mod access_error;
mod account_queues;
mod account_tasks;
mod accounts;
mod authorize;
mod busy;
mod campaigns;
mod catalogue;
mod changes;
mod compute;
mod credentials;
mod demo;
mod error;
mod error_chain;
mod jobs;
mod readiness;
mod reporting;
mod request_rates;
mod revisions;
mod rights;
mod sandbox;
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
use outbound_fair_queue::FairQueue;
use outbound_model::{AccountId, Clock, Generator, Timestamp};
pub use outbound_store::{
    Account, ApiKey, AuditRecord, Campaign, CampaignPosition, CampaignTotals, ChangeSubject, Client,
    ConsumerKey, Criteria, Delivery, DeliveryAttempt, FeedEntry, Job, Lane, LaneId, ListFilter, Page,
    PoolUsage, Search, SearchCursor, Session, Sort, SortKey, SortValue, StateCounts, Store, StoreError,
    StoredHandoff, StoredTransaction, Summary, User, ValueKind, VersionRecord, Webhook,
};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use revisions::Revisions;
use tokio::sync::Notify;

pub use access_error::AccessError;
pub use authorize::{Credential, Grant, PendingGrant};
pub use busy::BusyRetry;
pub use campaigns::{
    AcceptedCampaign, AddedKeywords, CallbackCounts, CallbackRequest, CampaignContent, CampaignConversations,
    CampaignEngine, CampaignRecipient, CampaignSettings, CampaignTimes, ClaimedMessage, ConnectionInfo,
    ExportedOptOuts, ImportedOptOuts, ListedOptOut, MAX_CONNECTIONS, MAX_IMPORTED_OPT_OUTS, MessageCounts,
    NewConnection, NoMarker, NoProviders, OptOutLine, ProviderCall, ProviderSender, ReceivedResponse,
    RecipientFilter, RejectedOptOut, Resolution, SendFailure, SendingMarker, Submission, read_opt_outs,
    signature_header,
};
pub use catalogue::{
    AccountDefaults, AccountSettings, ChangeFollower, Comparison, ConversionDetails, CreatedDraft,
    ExpectedTag, FileDefaults, FileImport, FileImportResult, FinishRecord, HandoffPage, HandoffTag,
    HandoffWithFindings, ImportDecision, ImportDetails, ImportEnd, ImportError, ImportIdentity, ImportItem,
    ImportListener, ImportOptions, ImportOutcome, ImportPermit, ImportPlan, ImportRecord, ImportRecording,
    ImportResult, ImportSource, ImportTicket, IncomingHandoff, PageBody, PlannedHandoff, PublishMode,
    PublishedPages, VersionSelector,
};
pub use compute::{joined, off_thread, run_off_thread};
pub use credentials::{
    AuthenticatedClient, FirstAdministrator, GrantError, NewApiKey, NewClient, NewUser, Quota, SetupError,
    TokenGrant, TokenRequest,
};
pub use demo::{DEMO_ACCOUNT, Demo};
pub use error::AppError;
pub use error_chain::{error_chain, log_unreported_error};
pub use jobs::JobCounts;
pub use outbound_formats::{
    ChannelDefaults, Format, ImportDefaults, ImportedHandoff as ParsedHandoff, ReadOptions,
};
pub use outbound_spreadsheet::SpreadsheetError;
pub use reporting::{
    AuditReport, DemoHandoff, DemoTraffic, DownloadPermit, EventBody, EventPermit, EventProblem,
    EventResults, ExportFormat, ExportedReport, FileRequest, FileState, MAX_AUDIT_HOURS, MAX_EVENTS_BYTES,
    MAX_REPORT_FILES, REPORT_FILE_DAYS, ReportRequest, RequestedFile, TransactionPage,
};
pub use rights::{
    ChangeOwnPassword, LaunchCampaigns, ManageCredentials, ManageRules, ReadCampaigns, ReadDrafts,
    ReadHandoffs, ReadReports, Right, WriteCampaigns, WriteEvents, WriteHandoffs,
};
pub use sandbox::{
    PhoneButton, PhoneCallback, PhoneEntries, PhoneEntry, PhoneTemplate, ReplyContent, SandboxPhone,
    SandboxPhones, SandboxReply, SandboxReplyError,
};
pub use services::{SERVICES, Service};
pub use sessions::{
    AuthenticatedSession, AuthenticatedUser, LoggedInUser, Login, LoginRejection, LoginRequest,
    SESSION_SECONDS, WebLogin, WebSession,
};
pub use supervision::{CAMPAIGNS_TASK, JOBS_TASK, TaskEnd};
pub use webhooks::{
    AttemptCounts, DELIVERY_DAYS, MAX_WEBHOOKS, NewWebhook, NoWebhooks, OLD_SECRET_SECONDS, SendError,
    WebhookRequest, WebhookSender, WebhookUrl,
};

/// Entry point to all use cases. Cheap to clone; each request clones it.
#[derive(Clone)]
pub struct App(Arc<AppInner>);

/// State that all clones of an [`App`] share.
pub struct AppInner {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    generator: Arc<dyn Generator>,
    installation: Arc<InstallationKey>,
    keys: credentials::KeyRingCache,
    revisions: Revisions,
    rates: request_rates::RequestRates,
    readiness: readiness::Readiness,
    pages: PageCache,
    elements: ElementCache,
    tokens: TokenCache,
    public_urls: Vec<PublicUrl>,
    lockout: sessions::Lockout,
    passwords: credentials::PasswordHasher,
    import_queue: catalogue::ImportQueue,
    import_records: catalogue::ImportRecords,
    service_hosts: services::ServiceHosts,
    setup: credentials::Setup,
    webhook_sender: Arc<dyn WebhookSender>,
    provider_sender: Arc<dyn ProviderSender>,
    campaign_times: CampaignTimes,
    reports_sandbox: bool,
    sandbox: sandbox::RunningSandbox,
    /// Notified whenever a job may be due.
    job_work: Notify,
    /// Notified whenever a message may be due.
    campaign_work: Notify,
    campaign_accounts: campaigns::AccountCache,
    callback_counts: CallbackCounts,
    message_counts: MessageCounts,
    unsent_messages: campaigns::UnsentMessages,
    callback_connections: campaigns::CallbackConnections,
    waiting_statuses: campaigns::WaitingStatuses,
    job_counts: JobCounts,
    webhook_attempts: AttemptCounts,
    restarts: supervision::Restarts,
    compute_permits: compute::Permits,
    /// Derives the ids of messages. Always the same for an installation key.
    reporting_key: outbound_reporting::ReportingKey,
    intake: reporting::Intake,
    event_bodies: FairQueue<AccountId>,
    /// Reports that are written while a client waits.
    downloads: FairQueue<AccountId>,
    /// Reports that jobs write.
    exports: FairQueue<AccountId>,
    report_downloads: FairQueue<AccountId>,
}

/// Dependencies and settings of an [`App`].
pub struct AppParts {
    /// The database.
    pub store: Arc<dyn Store>,
    /// Source of the current time.
    pub clock: Arc<dyn Clock>,
    /// Source of random secrets and ids.
    pub generator: Arc<dyn Generator>,
    /// Encrypts secrets in the database.
    pub installation: InstallationKey,
    /// Sizes and lifetimes of the caches.
    pub caches: CacheSettings,
    /// Schemes and hosts at which clients reach the service. OAuth 1.0 signatures are valid for these only.
    /// The domain API returns the first one.
    pub public_urls: Vec<PublicUrl>,
    /// Hosts of services that are not at the first public URL.
    pub service_hosts: Vec<(String, String)>,
    /// Sends webhook messages.
    pub webhook_sender: Arc<dyn WebhookSender>,
    /// Sends requests to providers.
    pub provider_sender: Arc<dyn ProviderSender>,
    /// How long campaigns wait for processes and providers.
    pub campaign_times: CampaignTimes,
    /// Whether messages to sandboxes are in reports.
    pub reports_sandbox: bool,
}

/// Sizes of the caches, and how long they may be served without the database.
#[derive(Clone, Copy, Debug)]
pub struct CacheSettings {
    /// Maximum bytes of cached pages and of the elements of by-channel pages.
    pub page_bytes: u64,
    /// Maximum bytes of verified tokens.
    pub token_bytes: u64,
    /// How long cached pages are served while the database is unavailable.
    pub stale_seconds: u32,
}

/// Size and hit rate of a cache.
#[derive(Clone, Copy, Debug, Default)]
pub struct CacheUsage {
    /// Estimated bytes in use; never more than the configured maximum.
    pub bytes: u64,
    /// Number of entries.
    pub entries: usize,
    /// Lookups since the start that found an entry.
    pub hits: u64,
    /// Lookups since the start that found none.
    pub misses: u64,
}

impl CacheUsage {
    fn of<K: Eq + Hash, V: Clone, W: Weighter<K, V> + Clone>(cache: &Cache<K, V, W>) -> Self {
        Self { bytes: cache.weight(), entries: cache.len(), hits: cache.hits(), misses: cache.misses() }
    }
}

impl Default for CacheSettings {
    /// 64 MiB of pages, 16 MiB of tokens, one minute without the database.
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
    /// Creates the application. Does not access the database.
    pub fn new(parts: AppParts) -> Self {
        let (store, clock) = (parts.store, parts.clock);
        let revisions = Revisions::new(store.clone(), clock.clone(), parts.caches.stale_seconds);
        let import_queue = catalogue::ImportQueue::new(store.max_account_locks());
        let reporting_key = outbound_reporting::ReportingKey::new(&parts.installation.derive("reporting"));
        Self(Arc::new(AppInner {
            store,
            clock,
            generator: parts.generator,
            installation: Arc::new(parts.installation),
            keys: credentials::KeyRingCache::default(),
            revisions,
            rates: request_rates::RequestRates::default(),
            readiness: readiness::Readiness::default(),
            // By-channel elements get a quarter of the memory for pages.
            pages: PageCache::new(parts.caches.page_bytes - parts.caches.page_bytes / 4),
            elements: ElementCache::new(parts.caches.page_bytes / 4),
            tokens: TokenCache::new(parts.caches.token_bytes),
            public_urls: parts.public_urls,
            lockout: sessions::Lockout::default(),
            passwords: credentials::PasswordHasher::default(),
            import_queue,
            import_records: catalogue::ImportRecords::default(),
            service_hosts: parts.service_hosts.into_iter().collect(),
            setup: credentials::Setup::default(),
            webhook_sender: parts.webhook_sender,
            provider_sender: parts.provider_sender,
            campaign_times: parts.campaign_times,
            reports_sandbox: parts.reports_sandbox,
            sandbox: sandbox::RunningSandbox::default(),
            job_work: Notify::new(),
            campaign_work: Notify::new(),
            campaign_accounts: campaigns::AccountCache::default(),
            callback_counts: CallbackCounts::default(),
            message_counts: MessageCounts::default(),
            unsent_messages: campaigns::UnsentMessages::default(),
            callback_connections: campaigns::CallbackConnections::default(),
            waiting_statuses: campaigns::WaitingStatuses::default(),
            job_counts: JobCounts::default(),
            webhook_attempts: AttemptCounts::default(),
            restarts: supervision::Restarts::default(),
            compute_permits: compute::Permits::default(),
            reporting_key,
            intake: reporting::Intake::default(),
            event_bodies: reporting::event_bodies(),
            downloads: reporting::exports(),
            exports: reporting::exports(),
            report_downloads: reporting::report_downloads(),
        }))
    }

    /// Generates random ids.
    pub fn generator(&self) -> &dyn Generator {
        &*self.generator
    }

    /// Usage of the cache of by-channel elements.
    pub fn element_cache(&self) -> CacheUsage {
        self.elements.usage()
    }

    /// Usage of the page cache.
    pub fn page_cache(&self) -> CacheUsage {
        self.pages.usage()
    }

    /// Number of pages read from the database since the start.
    pub fn pages_read(&self) -> u64 {
        self.pages.reads()
    }

    /// Usage of the database connection pools.
    pub fn database_pools(&self) -> Vec<PoolUsage> {
        self.store.pools()
    }

    /// Usage of the cache of verified tokens.
    pub fn token_cache(&self) -> CacheUsage {
        self.tokens.usage()
    }

    /// The current time.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

//! The interface to the storage: traits without SQL, so that the use cases do not depend on an engine, and
//! the contract tests that every engine must pass (feature `contract`).
//!
//! Each concern has a file or folder with its records and traits. [`Store`] combines them. Readers and
//! transactions are opened for one account, so their methods cannot access another account by mistake.

mod accounts;
mod campaigns;
mod catalogue;
mod commits;
#[cfg(feature = "contract")]
pub mod contract;
mod credentials;
mod error;
mod jobs;
mod reporting;
mod sessions;
mod store;
mod webhooks;

pub use accounts::{Account, Accounts};
pub use campaigns::{
    AcceptedRequest, Campaign, CampaignAdded, CampaignPosition, CampaignReader, CampaignTransaction,
    Campaigns, Connection, DailyCount, FailureStreak, InboundKey, Lane, LaneId, LaneLease, NewAnswer,
    NewCampaign, NewRecipient, OpenConversation, OptOut, OutboxEvents, RecipientChange, RecipientQuery,
    SendingHold, StoredRecipient,
};
pub use catalogue::{
    Attribution, Catalogue, CatalogueReader, CatalogueTransaction, ChangeSubject, ClaimLevels, Criteria,
    EarlierCreation, FeedEntry, FirstClaim, IdempotencyKey, ListFilter, NewChange, NewVersion,
    PublishedCursor, PublishedEntry, PublishedPage, Recount, Search, SearchCursor, Sort, SortKey, SortValue,
    StateCounts, StoredHandoff, Summary, VersionRecord,
};
pub use commits::{CommitListener, CommitNotification};
pub use credentials::{
    ApiKey, AuditEntry, AuditRecord, Client, CredentialReader, CredentialTransaction, CredentialType,
    Credentials, SigningKey, User,
};
pub use error::StoreError;
pub use jobs::{ClaimedJob, EnqueueJobs, Job, JobClaim, JobEnd, Jobs};
pub use outbound_model::Page;
pub use reporting::{
    AnalyticsQuery, CampaignQuery, CampaignTotals, Consumer, ConsumerKey, HourDifference, NewEvent,
    RecordOutcome, ReportFile, ReportFiles, Reporting, StoredTransaction, TransactionQuery, ValueKind,
};
pub use sessions::{Nonce, Session, SessionWithUser, Sessions};
pub use store::{PoolUsage, Store};
pub use webhooks::{
    AttemptOutcome, Delivery, DeliveryAttempt, PendingDeliveries, Webhook, WebhookReader, WebhookTransaction,
    Webhooks,
};

//! What a storage engine must do for the service: traits without SQL, so that the use cases know no engine,
//! and the contract (feature `contract`) that every engine passes.
//!
//! One file or folder for each concern, with its records and its traits; [`Store`] is their sum. The account
//! is given when a reader or a transaction is opened; nothing later can forget it.

mod accounts;
mod catalogue;
mod changes;
#[cfg(feature = "contract")]
pub mod contract;
mod credentials;
mod error;
mod jobs;
mod sessions;
mod store;
mod webhooks;

pub use accounts::{Account, Accounts};
pub use catalogue::{
    Attribution, Catalogue, CatalogueReader, CatalogueTransaction, ClaimLevels, Criteria, EarlierCreation,
    Filter, FirstClaim, HandoffChange, IdempotencyKey, NewVersion, PublishedCursor, PublishedEntry,
    PublishedPage, Recounted, Search, SearchCursor, Sort, SortKey, SortValue, StateCounts, StoredHandoff,
    Summary, VersionRecord,
};
pub use changes::{Change, Changes};
pub use credentials::{
    ApiKey, AuditEntry, AuditRecord, Client, CredentialReader, CredentialTransaction, CredentialType,
    Credentials, SigningKey, User,
};
pub use error::StoreError;
pub use jobs::{ClaimedJob, EnqueueJobs, Job, JobClaim, JobEnd, Jobs};
pub use outbound_model::Page;
pub use sessions::{FoundSession, Nonce, Session, Sessions};
pub use store::{PoolUsage, Store};
pub use webhooks::{
    Attempt, AttemptOutcome, Delivery, Pending, Webhook, WebhookReader, WebhookTransaction, Webhooks,
};

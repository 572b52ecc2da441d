//! What a storage engine must do for the service: traits without SQL, so that the use cases know
//! no engine, and the contract (feature `contract`) that every engine passes.
//!
//! The account is given when a reader or a transaction is opened; nothing later can forget it.

mod changes;
#[cfg(feature = "contract")]
pub mod contract;
mod error;
mod history;
mod page;
mod records;
mod search;
mod traits;
mod users;
mod webhooks;

pub use changes::{Change, Changes};
pub use error::StoreError;
pub use history::{Act, EarlierCreation, HandoffChange, IdempotencyKey, NewVersion, VersionRecord};
pub use outbound_model::Page;
pub use page::Cursor;
pub use records::{
    Account, ApiKey, Client, Filter, Nonce, PoolUsage, PublishedEntry, PublishedPage, SigningKey,
    StoredHandoff,
};
pub use search::{Behind, Criteria, Search, Sort, SortKey, SortValue, StateCounts, Summary};
pub use traits::{AccountReader, AccountTransaction, Counted, SessionTransaction, Store};
pub use users::{AuditEntry, AuditRecord, FoundSession, Session, User};
pub use webhooks::{Attempt, Delivery, Settled, Webhook, WebhookTransaction};

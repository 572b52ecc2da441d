//! What a storage engine must do for the service: traits without SQL, so that the use cases know
//! no engine, and the contract (feature `contract`) that every engine passes.
//!
//! The account is given when a reader or a transaction is opened; nothing later can forget it.

mod changes;
#[cfg(feature = "contract")]
pub mod contract;
mod error;
mod page;
mod records;
mod traits;
mod users;

pub use changes::{Change, Changes};
pub use error::StoreError;
pub use outbound_model::Page;
pub use page::Cursor;
pub use records::{
    Account, ApiKey, Client, Filter, NewVersion, Nonce, PublishedEntry, PublishedPage, SigningKey,
    StoredHandoff,
};
pub use traits::{AccountReader, AccountTransaction, SessionTransaction, Store};
pub use users::{AuditEntry, AuditRecord, FoundSession, Session, User};

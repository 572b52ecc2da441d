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

pub use accounts::*;
pub use campaigns::*;
pub use catalogue::*;
pub use commits::{CommitListener, CommitNotification};
pub use credentials::*;
pub use error::StoreError;
pub use jobs::*;
pub use outbound_model::Page;
pub use reporting::*;
pub use sessions::*;
pub use store::{PoolUsage, Store};
pub use webhooks::*;

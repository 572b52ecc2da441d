//! The complete store: all concerns, and operations on the database itself.

use async_trait::async_trait;
use outbound_model::Timestamp;

use crate::{
    Accounts, Campaigns, Catalogue, CommitListener, Credentials, Jobs, ReportFiles, Reporting, Sessions,
    StoreError, Webhooks,
};

/// Usage of one connection pool.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PoolUsage {
    /// The pool's purpose: `reader` or `writer` (with the prefix `operational_` for the operational file), or
    /// `any`.
    pub pool: &'static str,
    /// Number of idle connections.
    pub idle: usize,
    /// Number of connections in use.
    pub used: usize,
}

/// The database of an installation.
#[async_trait]
pub trait Store:
    Accounts + Campaigns + Catalogue + Credentials + Jobs + ReportFiles + Reporting + Sessions + Webhooks
{
    /// Subscribes to notifications of commits. `None` if the engine does not support them.
    async fn listen_for_commits(&self) -> Result<Option<Box<dyn CommitListener>>, StoreError> {
        Ok(None)
    }

    /// Maximum number of transactions of this process that can lock accounts at the same time; at least 1.
    fn max_account_locks(&self) -> usize;

    /// Returns the current usage of each pool.
    fn pools(&self) -> Vec<PoolUsage>;

    /// Checks whether writes work by committing a row that nothing reads. Fails with [`StoreError::Busy`] if
    /// another writer is active. Repeated calls use no more disk space.
    async fn check_writable(&self, now: Timestamp) -> Result<(), StoreError>;
}

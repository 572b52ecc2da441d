//! The store as a whole: the sum of its concerns.

use async_trait::async_trait;
use outbound_model::Timestamp;

use crate::{Accounts, Catalogue, Changes, Credentials, Jobs, Sessions, StoreError, Webhooks};

/// The connections of one pool to the database.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PoolUsage {
    /// What they are for: `reader`, `writer` or `any`.
    pub pool: &'static str,
    /// Those that wait for work.
    pub idle: usize,
    /// Those at work.
    pub used: usize,
}

/// A database of one installation: one trait for each concern, and what concerns the database itself.
#[async_trait]
pub trait Store: Accounts + Catalogue + Credentials + Jobs + Sessions + Webhooks {
    /// Begins to hear of every commit from now on; `None` where the engine tells nobody.
    async fn changes(&self) -> Result<Option<Box<dyn Changes>>, StoreError> {
        Ok(None)
    }

    /// How many transactions of this process may lock accounts at a time; at least 1.
    fn max_account_locks(&self) -> usize;

    /// The open connections of each pool, as they are now.
    fn pools(&self) -> Vec<PoolUsage>;

    /// Writes and commits a row that nothing reads, to see whether writes work. [`StoreError::Busy`] where
    /// another writer is at work. Takes no more disk however often it is called.
    async fn check_writable(&self, now: Timestamp) -> Result<(), StoreError>;
}

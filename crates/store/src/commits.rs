//! Notifications of commits by all nodes, so that a node need not poll for them.

use async_trait::async_trait;
use outbound_model::AccountId;

use crate::StoreError;

/// A notification that a transaction of any node was committed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CommitNotification {
    /// The changed account.
    pub account: AccountId,
    /// The account's revision after the commit.
    pub revision: i64,
}

/// Receives notifications of commits. They may arrive late. Callers that need the current state must read the
/// revision.
#[async_trait]
pub trait CommitListener: Send {
    /// Waits for the next notification. After an error, notifications may have been missed and no more
    /// arrive.
    async fn next(&mut self) -> Result<CommitNotification, StoreError>;
}

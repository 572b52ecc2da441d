//! Word of what other nodes write, so that a node need not ask for it.

use async_trait::async_trait;
use outbound_model::AccountId;

use crate::StoreError;

/// A committed transaction of any node.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Change {
    /// Whose data it changed.
    pub account: AccountId,
    /// The account's revision since then.
    pub revision: i64,
}

/// Commits as they are made, in no promised time: whoever must know still asks for the revision.
#[async_trait]
pub trait Changes: Send {
    /// Waits for the next one. After an error no more come from here, and some may have been missed.
    async fn next(&mut self) -> Result<Change, StoreError>;
}

//! The accounts of the installation.

use async_trait::async_trait;
use outbound_model::{AccountId, Timestamp};

use crate::StoreError;

/// A brand's account.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// When it was made.
    pub created_at: Timestamp,
}

/// The accounts. Each method is atomic.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// Makes an account; [`StoreError::AccountExists`] if it is there.
    async fn create_account(&self, account: &Account) -> Result<(), StoreError>;

    /// Every account, ordered by id.
    async fn accounts(&self) -> Result<Vec<Account>, StoreError>;

    /// The account's revision, which every committed write to its catalogue or credentials moves by one;
    /// `None` if there is no such account.
    async fn revision(&self, account: &AccountId) -> Result<Option<i64>, StoreError>;
}

//! The accounts of the installation.

use async_trait::async_trait;
use outbound_model::{AccountId, Timestamp};

use crate::StoreError;

/// A brand's account.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// When it was created.
    pub created_at: Timestamp,
}

/// All accounts. Each method is atomic.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// Creates an account. Fails with [`StoreError::AccountExists`] if the id is taken.
    async fn create_account(&self, account: &Account) -> Result<(), StoreError>;

    /// Lists all accounts, ordered by id.
    async fn accounts(&self) -> Result<Vec<Account>, StoreError>;

    /// Returns the account's revision, which every committed write to its catalogue or credentials
    /// increments. `None` if there is no such account.
    async fn revision(&self, account: &AccountId) -> Result<Option<i64>, StoreError>;
}

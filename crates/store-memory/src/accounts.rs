//! Accounts, and operations on the database itself.

use async_trait::async_trait;
use outbound_model::{AccountId, Timestamp};
use outbound_store::{Account, Accounts, PoolUsage, Store, StoreError};

use crate::MemoryStore;

#[async_trait]
impl Accounts for MemoryStore {
    async fn create_account(&self, account: &Account) -> Result<(), StoreError> {
        let added = self.write(|state, _| {
            let is_new = !state.known.contains_key(&account.id);
            if is_new {
                state.known.insert(account.id.clone(), account.clone());
            }
            Ok(is_new)
        });
        if added.await? { Ok(()) } else { Err(StoreError::AccountExists(account.id.clone())) }
    }

    async fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        self.read(|state| state.known.values().cloned().collect()).await
    }

    async fn revision(&self, account: &AccountId) -> Result<Option<i64>, StoreError> {
        self.read(|state| state.known.contains_key(account).then_some(0)).await
    }
}

#[async_trait]
impl Store for MemoryStore {
    fn max_account_locks(&self) -> usize {
        1
    }

    fn pools(&self) -> Vec<PoolUsage> {
        Vec::new()
    }

    async fn check_writable(&self, _: Timestamp) -> Result<(), StoreError> {
        Ok(())
    }
}

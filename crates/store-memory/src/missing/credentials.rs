//! Credentials. Only connections are secrets that this store has.

use async_trait::async_trait;
use outbound_model::{AccountId, AppKey, ClientId, Username};
use outbound_store::{
    ApiKey, AuditEntry, AuditRecord, Client, CredentialReader, CredentialTransaction, Credentials,
    SigningKey, StoreError, User,
};

use super::{Missing, missing};
use crate::MemoryStore;

#[async_trait]
impl Credentials for MemoryStore {
    fn read_credentials(&self, _: &AccountId) -> Box<dyn CredentialReader> {
        Box::new(Missing)
    }

    async fn write_credentials(&self, _: &AccountId) -> Result<Box<dyn CredentialTransaction>, StoreError> {
        missing()
    }

    async fn add_audit(&self, _: &AccountId, _: &AuditEntry) -> Result<(), StoreError> {
        missing()
    }

    async fn signing_keys(&self) -> Result<Vec<SigningKey>, StoreError> {
        missing()
    }

    async fn add_signing_key(&self, _: &SigningKey) -> Result<(), StoreError> {
        missing()
    }

    async fn has_administrator(&self) -> Result<bool, StoreError> {
        missing()
    }

    async fn holds_secrets(&self) -> Result<bool, StoreError> {
        self.read(|state| state.accounts().any(|(_, rows)| rows.connections.all_committed().next().is_some()))
            .await
    }

    async fn api_key(&self, _: &AppKey) -> Result<Option<(AccountId, ApiKey)>, StoreError> {
        missing()
    }
}

#[async_trait]
impl CredentialReader for Missing {
    async fn client(&self, _: &ClientId) -> Result<Option<Client>, StoreError> {
        missing()
    }

    async fn clients(&self) -> Result<Vec<Client>, StoreError> {
        missing()
    }

    async fn api_keys(&self) -> Result<Vec<ApiKey>, StoreError> {
        missing()
    }

    async fn user(&self, _: &Username) -> Result<Option<User>, StoreError> {
        missing()
    }

    async fn users(&self) -> Result<Vec<User>, StoreError> {
        missing()
    }

    async fn audit(&self, _: i64, _: u32) -> Result<Vec<AuditRecord>, StoreError> {
        missing()
    }
}

//! Credentials: clients, API keys, users and signing keys.

mod reader;
mod rows;
pub(crate) mod statements;
mod transaction;

use async_trait::async_trait;
use outbound_model::{AccountId, AppKey};
use outbound_store::{
    ApiKey, AuditEntry, CredentialReader, CredentialTransaction, Credentials, SigningKey, StoreError,
};
pub(crate) use rows::UserRow;
use rows::{ApiKeyRow, SigningKeyRow};
use statements as sql;

use crate::SqlStore;
use crate::transaction::SqlTransaction;

#[async_trait]
impl Credentials for SqlStore {
    fn read_credentials(&self, account: &AccountId) -> Box<dyn CredentialReader> {
        Box::new(self.reader(account))
    }

    async fn write_credentials(
        &self,
        account: &AccountId,
    ) -> Result<Box<dyn CredentialTransaction>, StoreError> {
        Ok(Box::new(self.begin_locked(account).await?))
    }

    async fn add_audit(&self, account: &AccountId, entry: &AuditEntry) -> Result<(), StoreError> {
        let mut transaction = SqlTransaction::begin(&self.pools, account).await?;
        transaction.add_audit(entry);
        transaction.commit_with_audit().await.map(drop)
    }

    async fn signing_keys(&self) -> Result<Vec<SigningKey>, StoreError> {
        let rows: Vec<SigningKeyRow> = self.pools.all(sql::SIGNING_KEYS, &[]).await?;
        rows.into_iter().map(SigningKey::try_from).collect()
    }

    async fn add_signing_key(&self, key: &SigningKey) -> Result<(), StoreError> {
        let row = [
            key.sequence.into(),
            key.kid.as_str().into(),
            (&*key.sealed_private_key).into(),
            key.public_jwk.as_str().into(),
            key.created_at.into(),
            key.signs_from.into(),
        ];
        self.pools.execute(sql::INSERT_SIGNING_KEY, &row).await.map(drop)
    }

    async fn has_administrator(&self) -> Result<bool, StoreError> {
        let rows: Vec<(i32,)> = self.pools.all(sql::ANY_ADMINISTRATOR, &[]).await?;
        Ok(!rows.is_empty())
    }

    async fn holds_secrets(&self) -> Result<bool, StoreError> {
        let rows: Vec<(i32,)> = self.pools.all(sql::ANY_SECRET, &[]).await?;
        Ok(!rows.is_empty())
    }

    async fn api_key(&self, app_key: &AppKey) -> Result<Option<(AccountId, ApiKey)>, StoreError> {
        let row: Option<ApiKeyRow> = self.pools.credential(sql::API_KEY, app_key.as_str()).await?;
        row.map(TryInto::try_into).transpose()
    }
}

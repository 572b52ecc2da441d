//! Reads one account's credentials and audit log.

use async_trait::async_trait;
use outbound_model::{AccountId, ClientId, Username};
use outbound_store::{ApiKey, AuditRecord, Client, CredentialReader, MAX_AUDIT_DETAILS, StoreError, User};

use super::rows::{ApiKeyRow, ClientRow, UserRow};
use super::statements as sql;
use crate::audit::{self, AuditRow};
use crate::reader::SqlReader;

#[async_trait]
impl CredentialReader for SqlReader {
    async fn client(&self, id: &ClientId) -> Result<Option<Client>, StoreError> {
        let rows: Vec<ClientRow> = self.all(sql::CLIENT, &[id.as_str().into()]).await?;
        rows.into_iter().next().map(Client::try_from).transpose()
    }

    async fn clients(&self) -> Result<Vec<Client>, StoreError> {
        let rows: Vec<ClientRow> = self.all(sql::CLIENTS, &[]).await?;
        rows.into_iter().map(Client::try_from).collect()
    }

    async fn api_keys(&self) -> Result<Vec<ApiKey>, StoreError> {
        let rows: Vec<ApiKeyRow> = self.all(sql::API_KEYS, &[]).await?;
        rows.into_iter().map(|row| <(AccountId, ApiKey)>::try_from(row).map(|(_, key)| key)).collect()
    }

    async fn user(&self, name: &Username) -> Result<Option<User>, StoreError> {
        let rows: Vec<UserRow> = self.all(sql::USER, &[(&*name.key()).into()]).await?;
        rows.into_iter().next().map(User::try_from).transpose()
    }

    async fn users(&self) -> Result<Vec<User>, StoreError> {
        let rows: Vec<UserRow> = self.all(sql::USERS, &[]).await?;
        rows.into_iter().map(User::try_from).collect()
    }

    async fn audit(&self, before: i64, count: u32) -> Result<Vec<AuditRecord>, StoreError> {
        let max_details = i64::try_from(MAX_AUDIT_DETAILS).unwrap_or(i64::MAX);
        let page = [before.into(), i64::from(count).into(), max_details.into()];
        let rows: Vec<AuditRow> = self.all(audit::AUDIT_ENTRIES, &page).await?;
        rows.into_iter().map(AuditRecord::try_from).collect()
    }
}

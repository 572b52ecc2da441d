//! Implements the transaction on one account's credentials.

use async_trait::async_trait;
use outbound_model::{AppKey, ClientId, Role, Timestamp, UserId, Username};
use outbound_store::{ApiKey, AuditEntry, Client, CredentialTransaction, CredentialType, StoreError, User};

use super::rows::UserRow;
use super::statements as sql;
use crate::rows::count;
use crate::transaction::SqlTransaction;

#[async_trait]
impl CredentialTransaction for SqlTransaction {
    async fn add_client(&mut self, client: &Client) -> Result<(), StoreError> {
        let scopes = client.scopes.to_string();
        let row = [
            client.id.as_str().into(),
            client.name.as_str().into(),
            (&*scopes).into(),
            (&*client.secret_hash).into(),
            client.created_at.into(),
            client.revoked_at.into(),
        ];
        self.execute(sql::INSERT_CLIENT, &row).await.map(drop)
    }

    async fn revoke_client(&mut self, id: &ClientId, at: Timestamp) -> Result<bool, StoreError> {
        Ok(self.execute(sql::REVOKE_CLIENT, &[id.as_str().into(), at.into()]).await? > 0)
    }

    async fn count(&mut self, what: CredentialType) -> Result<u64, StoreError> {
        let sql = match what {
            CredentialType::Clients => sql::CLIENT_COUNT,
            CredentialType::ApiKeys => sql::API_KEY_COUNT,
            CredentialType::Users => sql::USER_COUNT,
        };
        count(self.number(sql, &[]).await?)
    }

    async fn add_api_key(&mut self, key: &ApiKey) -> Result<(), StoreError> {
        let row = [
            key.app_key.as_str().into(),
            key.name.as_str().into(),
            key.access_token.as_str().into(),
            (&*key.sealed_secrets).into(),
            key.created_at.into(),
            key.revoked_at.into(),
        ];
        self.execute(sql::INSERT_API_KEY, &row).await.map(drop)
    }

    async fn revoke_api_key(&mut self, app_key: &AppKey, at: Timestamp) -> Result<bool, StoreError> {
        Ok(self.execute(sql::REVOKE_API_KEY, &[app_key.as_str().into(), at.into()]).await? > 0)
    }

    async fn add_user(&mut self, user: &User) -> Result<(), StoreError> {
        let key = user.name.key();
        let row = [
            user.id.as_str().into(),
            user.name.as_str().into(),
            (&*key).into(),
            user.role.as_str().into(),
            user.password_hash.as_str().into(),
            user.created_at.into(),
            user.revoked_at.into(),
        ];
        self.execute(sql::INSERT_USER, &row).await.map(drop)
    }

    async fn user(&mut self, name: &Username) -> Result<Option<User>, StoreError> {
        let row: Option<UserRow> = self.optional(sql::USER, &[(&*name.key()).into()]).await?;
        row.map(User::try_from).transpose()
    }

    async fn set_password(&mut self, id: &UserId, password_hash: &str) -> Result<bool, StoreError> {
        let user = [id.as_str().into(), password_hash.into()];
        Ok(self.execute(sql::SET_PASSWORD, &user).await? > 0)
    }

    async fn is_last_administrator(&mut self, id: &UserId) -> Result<bool, StoreError> {
        let administrators: Vec<(String,)> = self.all(sql::TWO_ADMINISTRATORS, &[]).await?;
        Ok(matches!(&administrators[..], [(only,)] if only == id.as_str()))
    }

    async fn set_role(&mut self, id: &UserId, role: Role) -> Result<bool, StoreError> {
        let user = [id.as_str().into(), role.as_str().into()];
        Ok(self.execute(sql::SET_ROLE, &user).await? > 0)
    }

    async fn revoke_user(&mut self, id: &UserId, at: Timestamp) -> Result<bool, StoreError> {
        Ok(self.execute(sql::REVOKE_USER, &[id.as_str().into(), at.into()]).await? > 0)
    }

    async fn audit(&mut self, entry: &AuditEntry) -> Result<(), StoreError> {
        self.add_audit(entry);
        Ok(())
    }

    async fn commit(self: Box<Self>) -> Result<i64, StoreError> {
        self.commit_with_audit().await
    }
}

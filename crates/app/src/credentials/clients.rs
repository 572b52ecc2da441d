//! Creates, lists and revokes an account's OAuth 2.0 clients.

use outbound_auth::{Secret, random_secret, secret_hash};
use outbound_model::{AuditAction, ClientId, Invalid, Scopes};
use outbound_store::{Client, StoreError};
use serde_json::json;

use crate::credentials::quotas::Quota;
use crate::write::validate_credential_name;
use crate::{App, AppError, Grant, ManageCredentials};

/// A new client with its secret, which is shown only this once.
#[derive(Clone, Debug)]
pub struct NewClient {
    /// The public id.
    pub id: ClientId,
    /// The secret.
    pub secret: Secret,
}

impl App {
    /// Creates a client with these scopes. `name` is for people.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn create_client(
        &self,
        grant: &Grant<ManageCredentials>,
        name: &str,
        scopes: Scopes,
    ) -> Result<NewClient, AppError> {
        self.create_client_once(grant, ClientId::random(&*self.generator), name, scopes).await
    }

    /// Like [`create_client`](Self::create_client) with a random id chosen by the caller, so that a repeated request
    /// does not create a second client.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn create_client_once(
        &self,
        grant: &Grant<ManageCredentials>,
        id: ClientId,
        name: &str,
        scopes: Scopes,
    ) -> Result<NewClient, AppError> {
        if scopes.is_empty() {
            return Err(Invalid::new("a client needs at least one scope").into());
        }
        let secret = random_secret(&*self.generator);
        let client = Client {
            id: id.clone(),
            name: validate_credential_name(name)?.to_owned(),
            scopes,
            secret_hash: secret_hash(&secret),
            created_at: self.clock.now(),
            revoked_at: None,
        };
        let mut transaction = self.store.write_credentials(grant.account()).await?;
        transaction.add_client(&client).await.map_err(|error| match error {
            StoreError::Conflict => AppError::AlreadyCreated,
            error => error.into(),
        })?;
        Quota::CLIENTS.check(&mut *transaction).await?;
        let details = json!({ "name": client.name, "scope": client.scopes.to_string() });
        self.commit_audited(transaction, grant, AuditAction::ClientCreated, &id, details).await?;
        Ok(NewClient { id, secret })
    }

    /// All clients of the account including revoked ones, oldest first.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn clients(&self, grant: &Grant<ManageCredentials>) -> Result<Vec<Client>, AppError> {
        self.require_account(grant.account()).await?;
        Ok(self.store.read_credentials(grant.account()).clients().await?)
    }

    /// Revokes a client. Its tokens are rejected from now on.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn revoke_client(
        &self,
        grant: &Grant<ManageCredentials>,
        id: &ClientId,
    ) -> Result<(), AppError> {
        let mut transaction = self.store.write_credentials(grant.account()).await?;
        if !transaction.revoke_client(id, self.clock.now()).await? {
            return Err(AppError::UnknownClient(id.clone()));
        }
        self.commit_audited(transaction, grant, AuditAction::ClientRevoked, id, json!({})).await
    }
}

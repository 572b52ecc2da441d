//! Makes, lists and revokes an account's OAuth 2.0 clients.

use outbound_auth::{Secret, random_secret, secret_hash};
use outbound_model::{AuditAction, ClientId, Invalid, Scopes};
use outbound_store::{Client, StoreError};
use serde_json::json;

use crate::credentials::quotas::Quota;
use crate::write::credential_name;
use crate::{App, AppError, Grant, ManageCredentials};

/// A client just made, with the secret that is shown this once.
#[derive(Clone, Debug)]
pub struct NewClient {
    /// The public id.
    pub id: ClientId,
    /// The secret.
    pub secret: Secret,
}

impl App {
    /// Makes a client that may do `scopes`; `name` is for people.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn create_client(
        &self,
        grant: &Grant<ManageCredentials>,
        name: &str,
        scopes: Scopes,
    ) -> Result<NewClient, AppError> {
        self.create_client_once(grant, ClientId::random(&*self.generator), name, scopes).await
    }

    /// The same with a random id that was chosen before: asked for twice, the client is made once.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn create_client_once(
        &self,
        grant: &Grant<ManageCredentials>,
        id: ClientId,
        name: &str,
        scopes: Scopes,
    ) -> Result<NewClient, AppError> {
        if scopes.is_empty() {
            return Err(Invalid::new("a client needs a scope: without one it could do nothing").into());
        }
        let secret = random_secret(&*self.generator);
        let client = Client {
            id: id.clone(),
            name: credential_name(name)?.to_owned(),
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

    /// Every client of the account, revoked ones too, oldest first.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn clients(&self, grant: &Grant<ManageCredentials>) -> Result<Vec<Client>, AppError> {
        self.known(grant.account()).await?;
        Ok(self.store.read_credentials(grant.account()).clients().await?)
    }

    /// Revokes a client: its tokens are refused from now on.
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

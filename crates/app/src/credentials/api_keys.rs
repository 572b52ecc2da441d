//! Creates, lists and revokes an account's OAuth 1.0 API keys (contract §2.2).

use outbound_auth::{Secret, oauth1_signing_key, random_secret};
use outbound_model::{AccountId, AppKey, AuditAction};
use outbound_store::{ApiKey, StoreError};
use serde_json::json;

use crate::credentials::quotas::Quota;
use crate::write::validate_credential_name;
use crate::{App, AppError, Grant, ManageCredentials};

/// A new API key with its secrets, which are shown only once.
#[derive(Clone, Debug)]
pub struct NewApiKey {
    /// `oauth_consumer_key`.
    pub app_key: AppKey,
    /// The consumer secret.
    pub secret: Secret,
    /// `oauth_token`.
    pub access_token: String,
    /// The token secret.
    pub access_token_secret: Secret,
}

impl App {
    /// Creates an API key, which may read. `name` is for people.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn create_api_key(
        &self,
        grant: &Grant<ManageCredentials>,
        name: &str,
    ) -> Result<NewApiKey, AppError> {
        self.create_api_key_once(grant, AppKey::random(&*self.generator), name).await
    }

    /// Like [`create_api_key`](Self::create_api_key) with a random key chosen by the caller, so that a repeated
    /// request does not create a second one.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn create_api_key_once(
        &self,
        grant: &Grant<ManageCredentials>,
        app_key: AppKey,
        name: &str,
    ) -> Result<NewApiKey, AppError> {
        let new = NewApiKey {
            app_key,
            secret: random_secret(&*self.generator),
            // The vendor uses the same format for both.
            access_token: AppKey::random(&*self.generator).to_string(),
            access_token_secret: random_secret(&*self.generator),
        };
        let secrets = oauth1_signing_key(&new.secret, &new.access_token_secret);
        let label = seal_label(grant.account(), &new.app_key);
        let key = ApiKey {
            app_key: new.app_key.clone(),
            name: validate_credential_name(name)?.to_owned(),
            access_token: new.access_token.clone(),
            sealed_secrets: self.installation.seal(&label, secrets.expose().as_bytes(), &*self.generator)?,
            created_at: self.clock.now(),
            revoked_at: None,
        };
        let mut transaction = self.store.write_credentials(grant.account()).await?;
        transaction.add_api_key(&key).await.map_err(|error| match error {
            StoreError::Conflict => AppError::AlreadyCreated,
            error => error.into(),
        })?;
        Quota::API_KEYS.check(&mut *transaction).await?;
        let details = json!({ "name": key.name });
        self.commit_audited(transaction, grant, AuditAction::ApiKeyCreated, &key.app_key, details).await?;
        Ok(new)
    }

    /// All API keys of the account including revoked ones, oldest first.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn api_keys(&self, grant: &Grant<ManageCredentials>) -> Result<Vec<ApiKey>, AppError> {
        self.require_account(grant.account()).await?;
        Ok(self.store.read_credentials(grant.account()).api_keys().await?)
    }

    /// Revokes an API key. Requests signed with it are rejected from now on.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn revoke_api_key(
        &self,
        grant: &Grant<ManageCredentials>,
        app_key: &AppKey,
    ) -> Result<(), AppError> {
        let mut transaction = self.store.write_credentials(grant.account()).await?;
        if !transaction.revoke_api_key(app_key, self.clock.now()).await? {
            return Err(AppError::UnknownApiKey(app_key.clone()));
        }
        self.commit_audited(transaction, grant, AuditAction::ApiKeyRevoked, app_key, json!({})).await
    }
}

/// The encryption label of a key's secrets: they can be decrypted only for this account and key.
pub(crate) fn seal_label(account: &AccountId, app_key: &AppKey) -> String {
    format!("the API key {app_key} of account {account}")
}

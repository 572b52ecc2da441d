//! Connections: accounts at providers. Only the sandbox can be connected yet.

use outbound_auth::{Secret, random_secret};
use outbound_connectors::{BaseUrl, Provider};
use outbound_model::{AccountId, AuditAction, Timestamp, random_uuid};
use outbound_store::Connection;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::write::validate_credential_name;
use crate::{App, AppError, Grant, ManageCredentials};

/// Maximum connections of an account.
pub const MAX_CONNECTIONS: u32 = 20;
/// The maximum length of a secret.
const MAX_SECRET: usize = 1024;
/// The only kind that can be created yet.
const SANDBOX: &str = "sandbox";

/// A connection to create. Its kind is `sandbox`.
#[derive(Clone, Debug, Default)]
pub struct NewConnection {
    /// A name for people.
    pub name: String,
    /// The start of the sandbox's URLs, such as `http://127.0.0.1:8090`.
    pub base_url: String,
    /// The secret that the sandbox knows already; `None` to generate one.
    pub secret: Option<Secret>,
}

/// A connection, without its secret.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ConnectionInfo {
    /// Its id.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// The start of the provider's URLs.
    pub base_url: String,
    /// The part of callback URLs that identifies it.
    pub callback_id: String,
    /// When it was created.
    pub created_at: Timestamp,
}

impl ConnectionInfo {
    /// The path to which providers report, without the name of the provider at its end.
    pub fn callback_path(&self) -> String {
        callback_path(&self.callback_id)
    }
}

/// What is encrypted in the database.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct SettingsJson {
    base_url: String,
    secret: String,
}

/// The settings of a sandbox. Its secret is the token of every provider that it simulates, and signs their callbacks.
#[derive(Clone, Debug)]
pub(super) struct SandboxSettings {
    pub(super) base_url: BaseUrl,
    pub(super) secret: Secret,
}

impl App {
    /// Like [`create_connection`](Self::create_connection), for administrators: not to a sandbox on this machine, because
    /// its other ports belong to the operator.
    pub async fn create_connection_elsewhere(
        &self,
        grant: &Grant<ManageCredentials>,
        new: NewConnection,
    ) -> Result<(ConnectionInfo, Secret), AppError> {
        if new.base_url.parse::<BaseUrl>()?.is_loopback() {
            return Err(AppError::invalid(
                "only the command line connects a sandbox on this machine: outbound connection create",
            ));
        }
        self.create_connection(grant, new).await
    }

    /// Creates a connection to a sandbox. Returns it with its secret, which is shown only this once.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn create_connection(
        &self,
        grant: &Grant<ManageCredentials>,
        new: NewConnection,
    ) -> Result<(ConnectionInfo, Secret), AppError> {
        let name = validate_credential_name(&new.name)?.to_owned();
        if new.base_url.parse::<BaseUrl>()?.is_of_provider() {
            return Err(AppError::invalid(
                "providers cannot be connected yet, only sandboxes: give the address that `outbound sandbox` prints, \
                 such as http://127.0.0.1:8090",
            ));
        }
        let secret = new.secret.unwrap_or_else(|| random_secret(&*self.generator));
        // It is sent in headers.
        let length = secret.expose().len();
        if !(1..=MAX_SECRET).contains(&length) || !secret.expose().bytes().all(|byte| byte.is_ascii_graphic())
        {
            return Err(AppError::invalid(format!(
                "a secret consists of 1 to {MAX_SECRET} visible ASCII characters without spaces"
            )));
        }
        let id = random_uuid(&*self.generator).to_string();
        let settings = SettingsJson { base_url: new.base_url.clone(), secret: secret.expose().to_owned() };
        let label = seal_label(grant.account(), &id);
        let connection = Connection {
            kind: SANDBOX.to_owned(),
            name,
            sealed_settings: self.installation.seal(
                &label,
                &serde_json::to_vec(&settings)?,
                &*self.generator,
            )?,
            callback_id: self.random_callback_id(),
            created_at: self.clock.now(),
            id,
        };
        let mut transaction = self.store.write_campaigns(grant.account()).await?;
        if !transaction.add_connection(&connection, MAX_CONNECTIONS).await? {
            return Err(AppError::TooManyConnections);
        }
        let details = json!({ "kind": connection.kind, "name": connection.name, "baseUrl": new.base_url });
        let entry = self.audit_entry(grant, AuditAction::ConnectionCreated, &connection.id, &details);
        transaction.audit(&entry).await?;
        transaction.commit().await?;
        self.unsent_messages.forget(grant.account());
        Ok((info(connection, new.base_url), secret))
    }

    /// The connections of the account.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn connections(
        &self,
        grant: &Grant<ManageCredentials>,
    ) -> Result<Vec<ConnectionInfo>, AppError> {
        let connections = self.store.read_campaigns(grant.account()).connections().await?;
        if connections.is_empty() {
            self.require_account(grant.account()).await?;
        }
        let show = |connection: Connection| {
            let settings = self.open_settings(grant.account(), &connection)?;
            Ok(info(connection, settings.base_url))
        };
        connections.into_iter().map(show).collect()
    }

    /// Replaces the random id in the URLs of callbacks, for example if it became known. This process rejects the old one
    /// at once, others after a few seconds. Then providers' reports about messages that were sent before are lost,
    /// because they name the old one.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn rotate_callback(
        &self,
        grant: &Grant<ManageCredentials>,
        id: &str,
    ) -> Result<ConnectionInfo, AppError> {
        let unknown = || AppError::UnknownConnection(id.to_owned());
        let mut connections = self.connections(grant).await?.into_iter();
        let mut connection = connections.find(|connection| connection.id == id).ok_or_else(unknown)?;
        connection.callback_id = self.random_callback_id();
        let mut transaction = self.store.write_campaigns(grant.account()).await?;
        if !transaction.set_callback_id(id, &connection.callback_id).await? {
            return Err(unknown());
        }
        let entry = self.audit_entry(grant, AuditAction::ConnectionCallbackRotated, &id, &json!({}));
        transaction.audit(&entry).await?;
        transaction.commit().await?;
        self.callback_connections.forget(grant.account());
        Ok(connection)
    }

    fn random_callback_id(&self) -> String {
        let mut id = [0; 16];
        self.generator.fill(&mut id);
        format!("{:032x}", u128::from_be_bytes(id))
    }

    /// Deletes a connection. Recipients that wait for it wait until another connection can send to them, or until
    /// they expire.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn delete_connection(
        &self,
        grant: &Grant<ManageCredentials>,
        id: &str,
    ) -> Result<(), AppError> {
        let mut transaction = self.store.write_campaigns(grant.account()).await?;
        if !transaction.delete_connection(id).await? {
            return Err(AppError::UnknownConnection(id.to_owned()));
        }
        let entry = self.audit_entry(grant, AuditAction::ConnectionDeleted, &id, &json!({}));
        transaction.audit(&entry).await?;
        transaction.commit().await?;
        self.callback_connections.forget(grant.account());
        self.unsent_messages.forget(grant.account());
        Ok(())
    }

    /// The URL at which a provider reports events of a connection.
    pub fn callback_url(&self, callback_id: &str, provider: Provider) -> String {
        format!("{}{}{provider}", self.public_url(), callback_path(callback_id))
    }

    pub(super) fn sandbox_settings(
        &self,
        account: &AccountId,
        connection: &Connection,
    ) -> Result<SandboxSettings, AppError> {
        let settings = self.open_settings(account, connection)?;
        Ok(SandboxSettings { base_url: settings.base_url.parse()?, secret: Secret::new(settings.secret) })
    }

    fn open_settings(&self, account: &AccountId, connection: &Connection) -> Result<SettingsJson, AppError> {
        let label = seal_label(account, &connection.id);
        Ok(serde_json::from_slice(&self.installation.open(&label, &connection.sealed_settings)?)?)
    }
}

fn callback_path(callback_id: &str) -> String {
    format!("/callbacks/{callback_id}/")
}

fn seal_label(account: &AccountId, id: &str) -> String {
    format!("the connection {id} of account {account}")
}

fn info(connection: Connection, base_url: String) -> ConnectionInfo {
    let Connection { id, kind, name, callback_id, created_at, .. } = connection;
    ConnectionInfo { id, kind, name, base_url, callback_id, created_at }
}

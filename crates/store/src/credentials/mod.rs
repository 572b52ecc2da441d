//! Credentials (clients, API keys, users and signing keys) and the audit log.

mod audit;
mod records;
mod users;

use async_trait::async_trait;
pub use audit::{AuditEntry, AuditRecord, MAX_AUDIT_DETAILS};
use outbound_model::{AccountId, AppKey, ClientId, Role, Timestamp, UserId, Username};
pub use records::{ApiKey, Client, SigningKey};
pub use users::User;

use crate::StoreError;

/// The credentials of the installation and of all accounts. Each method is atomic.
#[async_trait]
pub trait Credentials: Send + Sync {
    /// Opens a reader of one account's credentials. Each of its methods reads one snapshot. Opening does not
    /// access the database.
    fn read_credentials(&self, account: &AccountId) -> Box<dyn CredentialReader>;

    /// Opens a transaction on one account's credentials. It locks the account, so that other writers of its
    /// catalogue or credentials wait. Fails with [`StoreError::UnknownAccount`] if there is no such account.
    async fn write_credentials(
        &self,
        account: &AccountId,
    ) -> Result<Box<dyn CredentialTransaction>, StoreError>;

    /// Adds an entry to an account's audit log without locking the account. Fails with
    /// [`StoreError::UnknownAccount`] if there is no such account.
    async fn add_audit(&self, account: &AccountId, entry: &AuditEntry) -> Result<(), StoreError>;

    /// Lists all signing keys, ordered by sequence.
    async fn signing_keys(&self) -> Result<Vec<SigningKey>, StoreError>;

    /// Adds a signing key. Fails with [`StoreError::Conflict`] if its sequence or `kid` is taken.
    async fn add_signing_key(&self, key: &SigningKey) -> Result<(), StoreError>;

    /// Whether any account has an active administrator.
    async fn has_administrator(&self) -> Result<bool, StoreError>;

    /// Whether the database contains data that was encrypted with the installation key.
    async fn holds_secrets(&self) -> Result<bool, StoreError>;

    /// Finds an API key, revoked or not, in any account, because a signed request does not name its account.
    async fn api_key(&self, app_key: &AppKey) -> Result<Option<(AccountId, ApiKey)>, StoreError>;
}

/// Reads one account's credentials.
#[async_trait]
pub trait CredentialReader: Send + Sync {
    /// Reads a client, revoked or not.
    async fn client(&self, id: &ClientId) -> Result<Option<Client>, StoreError>;

    /// Lists all clients, ordered by creation, then id.
    async fn clients(&self) -> Result<Vec<Client>, StoreError>;

    /// Lists all API keys, ordered by creation, then app key.
    async fn api_keys(&self) -> Result<Vec<ApiKey>, StoreError>;

    /// Finds a user by login name, revoked or not. Case is ignored.
    async fn user(&self, name: &Username) -> Result<Option<User>, StoreError>;

    /// Lists all users, ordered by creation, then id.
    async fn users(&self) -> Result<Vec<User>, StoreError>;

    /// Lists up to `count` audit entries with numbers below `before`, newest first.
    async fn audit(&self, before: i64, count: u32) -> Result<Vec<AuditRecord>, StoreError>;
}

/// Credentials whose number per account is limited.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CredentialType {
    /// Clients, including revoked ones.
    Clients,
    /// API keys, including revoked ones.
    ApiKeys,
    /// Users, including revoked ones.
    Users,
}

/// A transaction on one account's credentials. It is rolled back if it is dropped without
/// [`commit`](Self::commit). Each commit increments the account's revision, so that other nodes drop cached
/// tokens of revoked clients.
#[async_trait]
pub trait CredentialTransaction: Send {
    /// Adds a client. Fails with [`StoreError::Conflict`] if its id is taken.
    async fn add_client(&mut self, client: &Client) -> Result<(), StoreError>;

    /// Revokes a client. Returns `false` if there is no such client. Keeps the time of an earlier revocation.
    async fn revoke_client(&mut self, id: &ClientId, at: Timestamp) -> Result<bool, StoreError>;

    /// Counts the account's credentials of a type, as this transaction sees them.
    async fn count(&mut self, what: CredentialType) -> Result<u64, StoreError>;

    /// Adds an API key. Fails with [`StoreError::Conflict`] if any account has this app key.
    async fn add_api_key(&mut self, key: &ApiKey) -> Result<(), StoreError>;

    /// Revokes an API key. Returns `false` if the account has no such key. Keeps the time of an earlier
    /// revocation.
    async fn revoke_api_key(&mut self, app_key: &AppKey, at: Timestamp) -> Result<bool, StoreError>;

    /// Adds a user. Fails with [`StoreError::Conflict`] if its id or login name is taken.
    async fn add_user(&mut self, user: &User) -> Result<(), StoreError>;

    /// Finds a user by login name, revoked or not, as this transaction sees it. Case is ignored.
    async fn user(&mut self, name: &Username) -> Result<Option<User>, StoreError>;

    /// Changes a user's password and ends its sessions. Returns `false` if there is no such user.
    async fn set_password(&mut self, id: &UserId, password_hash: &str) -> Result<bool, StoreError>;

    /// Whether this user is the only active administrator of the account, as this transaction
    /// sees it.
    async fn is_last_administrator(&mut self, id: &UserId) -> Result<bool, StoreError>;

    /// Changes a user's role, also for open sessions. Returns `false` if there is no such user.
    async fn set_role(&mut self, id: &UserId, role: Role) -> Result<bool, StoreError>;

    /// Revokes a user and ends its sessions. Returns `false` if there is no such user. Keeps the time of an
    /// earlier revocation.
    async fn revoke_user(&mut self, id: &UserId, at: Timestamp) -> Result<bool, StoreError>;

    /// Adds an entry to the audit log.
    async fn audit(&mut self, entry: &AuditEntry) -> Result<(), StoreError>;

    /// Commits, and returns the account's new revision.
    async fn commit(self: Box<Self>) -> Result<i64, StoreError>;
}

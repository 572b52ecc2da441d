//! Who may do what: clients, API keys, users, signing keys; and the audit.

mod audit;
mod records;
mod users;

use async_trait::async_trait;
pub use audit::{AuditEntry, AuditRecord};
use outbound_model::{AccountId, AppKey, ClientId, Role, Timestamp, UserId, Username};
pub use records::{ApiKey, Client, SigningKey};
pub use users::User;

use crate::StoreError;

/// The credentials of the installation and of all accounts. Each method is atomic.
#[async_trait]
pub trait Credentials: Send + Sync {
    /// Reads one account's credentials; every call sees one snapshot. Does not touch the database yet.
    fn read_credentials(&self, account: &AccountId) -> Box<dyn CredentialReader>;

    /// Opens a transaction on one account's credentials. It locks the account: other writers of its
    /// catalogue or credentials wait. [`StoreError::UnknownAccount`] if there is no such account.
    async fn write_credentials(
        &self,
        account: &AccountId,
    ) -> Result<Box<dyn CredentialTransaction>, StoreError>;

    /// Adds an entry to an account's audit without locking the account. [`StoreError::UnknownAccount`] if
    /// there is no such account.
    async fn add_audit(&self, account: &AccountId, entry: &AuditEntry) -> Result<(), StoreError>;

    /// Every signing key, ordered by sequence.
    async fn signing_keys(&self) -> Result<Vec<SigningKey>, StoreError>;

    /// Adds a signing key; [`StoreError::Conflict`] if its sequence or `kid` is taken.
    async fn add_signing_key(&self, key: &SigningKey) -> Result<(), StoreError>;

    /// Whether any account has an administrator who is not revoked.
    async fn has_administrator(&self) -> Result<bool, StoreError>;

    /// Whether anything is stored that was encrypted with the installation's key.
    async fn holds_secrets(&self) -> Result<bool, StoreError>;

    /// The API key of this name, revoked or not, and the account whose it is: a signed request does
    /// not say which.
    async fn api_key(&self, app_key: &AppKey) -> Result<Option<(AccountId, ApiKey)>, StoreError>;
}

/// Reads of one account's credentials.
#[async_trait]
pub trait CredentialReader: Send + Sync {
    /// A client, revoked or not.
    async fn client(&self, id: &ClientId) -> Result<Option<Client>, StoreError>;

    /// Every client, ordered by creation, then id.
    async fn clients(&self) -> Result<Vec<Client>, StoreError>;

    /// Every API key, ordered by creation, then app key.
    async fn api_keys(&self) -> Result<Vec<ApiKey>, StoreError>;

    /// The user of this login name in whatever case, revoked or not.
    async fn user(&self, name: &Username) -> Result<Option<User>, StoreError>;

    /// Every user, ordered by creation, then id.
    async fn users(&self) -> Result<Vec<User>, StoreError>;

    /// Up to `count` entries of the audit with numbers below `before`, the newest first.
    async fn audit(&self, before: i64, count: u32) -> Result<Vec<AuditRecord>, StoreError>;
}

/// What an account has a limited number of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CredentialType {
    /// Clients, revoked ones too.
    Clients,
    /// API keys, revoked ones too.
    ApiKeys,
    /// Users, revoked ones too.
    Users,
}

/// Writes to one account's credentials, all or nothing: dropped without [`commit`](Self::commit), nothing
/// stays. Every committed transaction moves the account's revision by one, so that other nodes forget the
/// tokens of a client that was revoked.
#[async_trait]
pub trait CredentialTransaction: Send {
    /// Adds a client; [`StoreError::Conflict`] if its id is taken.
    async fn add_client(&mut self, client: &Client) -> Result<(), StoreError>;

    /// Revokes a client; `false` if there is none of this id. A second time changes nothing.
    async fn revoke_client(&mut self, id: &ClientId, at: Timestamp) -> Result<bool, StoreError>;

    /// How many of these the account has, as this transaction sees it.
    async fn count(&mut self, what: CredentialType) -> Result<u64, StoreError>;

    /// Adds an API key; [`StoreError::Conflict`] if any account has one of this name.
    async fn add_api_key(&mut self, key: &ApiKey) -> Result<(), StoreError>;

    /// Revokes an API key; `false` if the account has none of this name. A second time changes nothing.
    async fn revoke_api_key(&mut self, app_key: &AppKey, at: Timestamp) -> Result<bool, StoreError>;

    /// Adds a user; [`StoreError::Conflict`] if its id or its login name is taken.
    async fn add_user(&mut self, user: &User) -> Result<(), StoreError>;

    /// The user of this login name in whatever case, as this transaction sees it, revoked or not.
    async fn user(&mut self, name: &Username) -> Result<Option<User>, StoreError>;

    /// Gives a user another password and ends its sessions; `false` if there is none of this id.
    async fn set_password(&mut self, id: &UserId, password_hash: &str) -> Result<bool, StoreError>;

    /// Whether this user is the only administrator of the account who is not revoked, as this transaction
    /// sees it.
    async fn is_last_administrator(&mut self, id: &UserId) -> Result<bool, StoreError>;

    /// Gives a user another role, which its open sessions have from then on; `false` if there is none of
    /// this id.
    async fn set_role(&mut self, id: &UserId, role: Role) -> Result<bool, StoreError>;

    /// Revokes a user and ends its sessions; `false` if there is none of this id. A second time
    /// changes nothing.
    async fn revoke_user(&mut self, id: &UserId, at: Timestamp) -> Result<bool, StoreError>;

    /// Adds an entry to the audit.
    async fn audit(&mut self, entry: &AuditEntry) -> Result<(), StoreError>;

    /// Makes everything durable and answers the account's new revision.
    async fn commit(self: Box<Self>) -> Result<i64, StoreError>;
}

//! The traits that an engine implements.

use async_trait::async_trait;
use outbound_model::{AccountId, ClientId, Handoff, HandoffId, Timestamp};

use crate::{
    Account, Changes, Client, Cursor, Filter, NewVersion, Page, PublishedPage, SigningKey, StoreError,
    StoredHandoff,
};

/// A database of one installation. Each method of this trait is atomic by itself.
#[async_trait]
pub trait Store: Send + Sync {
    /// A way to read one account's data; every call sees one snapshot. Does not touch the database.
    fn read(&self, account: &AccountId) -> Box<dyn AccountReader>;

    /// Opens a transaction on one account. Writers of the same account wait for each other.
    ///
    /// Fails with [`StoreError::UnknownAccount`] where there is no such account.
    async fn write(&self, account: &AccountId) -> Result<Box<dyn AccountTransaction>, StoreError>;

    /// Makes an account; [`StoreError::AccountExists`] if it is there.
    async fn create_account(&self, account: &Account) -> Result<(), StoreError>;

    /// Every account, ordered by id.
    async fn accounts(&self) -> Result<Vec<Account>, StoreError>;

    /// Every signing key, ordered by sequence.
    async fn signing_keys(&self) -> Result<Vec<SigningKey>, StoreError>;

    /// Adds a signing key; [`StoreError::Conflict`] if its sequence or `kid` is taken.
    async fn add_signing_key(&self, key: &SigningKey) -> Result<(), StoreError>;

    /// Begins to hear of every commit from now on; `None` where the engine tells nobody.
    async fn changes(&self) -> Result<Option<Box<dyn Changes>>, StoreError> {
        Ok(None)
    }

    /// Whether the database answers.
    async fn ping(&self) -> Result<(), StoreError>;
}

/// Reads of one account.
#[async_trait]
pub trait AccountReader: Send + Sync {
    /// The account's revision; `None` where there is no such account.
    async fn revision(&self) -> Result<Option<i64>, StoreError>;

    /// A page of the published handoffs; without elements where there is no such account or page.
    async fn published(&self, filter: Filter, page: Page) -> Result<PublishedPage, StoreError>;

    /// Up to `count` published handoffs behind `after`, in the list's order: for exports, at the
    /// same cost wherever it stands.
    async fn published_after(&self, after: Option<&Cursor>, count: u32) -> Result<Vec<Handoff>, StoreError>;

    /// A client, revoked or not.
    async fn client(&self, id: &ClientId) -> Result<Option<Client>, StoreError>;

    /// Every client, ordered by creation, then id.
    async fn clients(&self) -> Result<Vec<Client>, StoreError>;
}

/// Writes to one account, all or nothing: dropped without [`commit`](Self::commit), nothing stays.
/// Every committed transaction moves the account's revision by one.
#[async_trait]
pub trait AccountTransaction: Send {
    /// A handoff as this transaction sees it, archived or not.
    async fn handoff(&mut self, id: &HandoffId) -> Result<Option<StoredHandoff>, StoreError>;

    /// Saves a new immutable version and answers its number; makes the handoff if there is none of
    /// this id, and brings it back as a draft if it is archived. The creation time of a handoff never
    /// changes after the first save: later versions are stored with that one, whatever they say.
    ///
    /// [`StoreError::NameTaken`] if another handoff of the account that is not archived has the name.
    /// After an error of any method here the transaction can only be dropped.
    async fn save(&mut self, version: NewVersion<'_>) -> Result<i64, StoreError>;

    /// Makes the newest version the published one; [`StoreError::UnknownHandoff`] if there is no such
    /// handoff or it is archived.
    async fn publish(&mut self, id: &HandoffId) -> Result<(), StoreError>;

    /// Takes the handoff off the published lists; nothing happens if it is not on them.
    async fn unpublish(&mut self, id: &HandoffId) -> Result<(), StoreError>;

    /// Unpublishes the handoff and sets it aside; its name becomes free, its versions stay. A second
    /// time changes nothing. [`StoreError::UnknownHandoff`] if there is none of this id.
    async fn archive(&mut self, id: &HandoffId, at: Timestamp) -> Result<(), StoreError>;

    /// Adds a client; [`StoreError::Conflict`] if its id is taken.
    async fn add_client(&mut self, client: &Client) -> Result<(), StoreError>;

    /// Revokes a client; `false` if there is none of this id. A second time changes nothing.
    async fn revoke_client(&mut self, id: &ClientId, at: Timestamp) -> Result<bool, StoreError>;

    /// Makes everything durable and answers the account's new revision.
    async fn commit(self: Box<Self>) -> Result<i64, StoreError>;
}

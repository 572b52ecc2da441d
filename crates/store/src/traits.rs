//! The traits that an engine implements.

use async_trait::async_trait;
use outbound_model::{
    AccountId, AppKey, ClientId, Handoff, HandoffId, Role, Timestamp, UserId, Username, WebhookId,
};

use crate::{
    Account, Act, ApiKey, AuditEntry, AuditRecord, Changes, Client, Criteria, Cursor, Delivery,
    EarlierCreation, Filter, FoundSession, HandoffChange, IdempotencyKey, NewVersion, Nonce, Page, PoolUsage,
    PublishedPage, Search, Session, SigningKey, StateCounts, StoreError, StoredHandoff, Summary, User,
    VersionRecord, Webhook, WebhookTransaction,
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

    /// Opens a transaction on the sessions of one account. Like [`write`](Self::write), but the
    /// revision stays: nothing that is served changes.
    async fn write_sessions(&self, account: &AccountId) -> Result<Box<dyn SessionTransaction>, StoreError>;

    /// Opens a transaction on the webhooks of one account. Like [`write`](Self::write), but the revision
    /// stays.
    async fn write_webhooks(&self, account: &AccountId) -> Result<Box<dyn WebhookTransaction>, StoreError>;

    /// The webhooks of the installation that have a delivery due at `now`, or changes to look at and
    /// fewer than `most` deliveries pending.
    async fn webhooks_with_work(
        &self,
        now: Timestamp,
        most: u32,
    ) -> Result<Vec<(AccountId, WebhookId)>, StoreError>;

    /// Forgets up to `most` deliveries of the installation that are over and were made before `until`,
    /// and answers how many.
    async fn forget_deliveries(&self, until: Timestamp, most: u32) -> Result<u64, StoreError>;

    /// The session whose bearer has this SHA-256, of whichever account.
    async fn session_of_bearer(&self, bearer_hash: &[u8]) -> Result<Option<FoundSession>, StoreError>;

    /// Makes an account; [`StoreError::AccountExists`] if it is there.
    async fn create_account(&self, account: &Account) -> Result<(), StoreError>;

    /// Every account, ordered by id.
    async fn accounts(&self) -> Result<Vec<Account>, StoreError>;

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

    /// Notes that a nonce was used at `now`; `false` if it was before and has not expired since. Of
    /// any number of callers, on whatever node, one is told `true`. Does not move the revision.
    async fn spend_nonce(
        &self,
        account: &AccountId,
        nonce: Nonce<'_>,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Forgets up to `most` nonces of the installation that have expired at `now`, and answers how many.
    async fn forget_nonces(&self, now: Timestamp, most: u32) -> Result<u64, StoreError>;

    /// Begins to hear of every commit from now on; `None` where the engine tells nobody.
    async fn changes(&self) -> Result<Option<Box<dyn Changes>>, StoreError> {
        Ok(None)
    }

    /// The open connections of each pool, as they are now.
    fn pools(&self) -> Vec<PoolUsage>;

    /// Writes and commits a row that nothing reads, to see whether writes work. [`StoreError::Busy`] where
    /// another writer is at work. Takes no more disk however often it is called.
    async fn check_writable(&self, now: Timestamp) -> Result<(), StoreError>;
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

    /// A handoff, archived or not.
    async fn handoff(&self, id: &HandoffId) -> Result<Option<StoredHandoff>, StoreError>;

    /// Up to `count` versions of a handoff with numbers below `before`, the newest first.
    async fn versions(
        &self,
        id: &HandoffId,
        before: i64,
        count: u32,
    ) -> Result<Vec<VersionRecord>, StoreError>;

    /// A version of a handoff.
    async fn version(
        &self,
        id: &HandoffId,
        number: i64,
    ) -> Result<Option<(VersionRecord, Handoff)>, StoreError>;

    /// A page of the handoffs that meet the criteria, by their newest versions. Costs one pass over
    /// the account's handoffs where too few of the next ones in order do.
    async fn search(&self, search: &Search) -> Result<Vec<Summary>, StoreError>;

    /// How many handoffs meet the criteria. Costs one pass in any case.
    async fn count(&self, criteria: &Criteria) -> Result<StateCounts, StoreError>;

    /// Up to `count` changes of handoffs with numbers above `since`, the oldest first.
    async fn handoff_changes(&self, since: i64, count: u32) -> Result<Vec<HandoffChange>, StoreError>;

    /// The number of the newest change, 0 where there is none.
    async fn last_change(&self) -> Result<i64, StoreError>;

    /// What the account decides about its rules, as JSON text, `{}` where it never did; `None` where
    /// there is no such account.
    async fn settings(&self) -> Result<Option<String>, StoreError>;

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

    /// The session whose cookie has this SHA-256.
    async fn session_of_cookie(&self, cookie_hash: &[u8]) -> Result<Option<FoundSession>, StoreError>;

    /// Every webhook, ordered by creation, then id.
    async fn webhooks(&self) -> Result<Vec<Webhook>, StoreError>;

    /// A webhook.
    async fn webhook(&self, id: &WebhookId) -> Result<Option<Webhook>, StoreError>;

    /// Up to `count` deliveries of a webhook with numbers below `before`, the newest first.
    async fn deliveries(&self, id: &WebhookId, before: i64, count: u32) -> Result<Vec<Delivery>, StoreError>;

    /// A delivery of a webhook.
    async fn delivery(&self, id: &WebhookId, number: i64) -> Result<Option<Delivery>, StoreError>;

    /// Up to `count` entries of the audit with numbers below `before`, the newest first.
    async fn audit(&self, before: i64, count: u32) -> Result<Vec<AuditRecord>, StoreError>;
}

/// What an account has a limited number of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Counted {
    /// Clients, revoked ones too.
    Clients,
    /// API keys, revoked ones too.
    ApiKeys,
    /// Users, revoked ones too.
    Users,
}

/// Writes to one account, all or nothing: dropped without [`commit`](Self::commit), nothing stays.
/// Every committed transaction moves the account's revision by one. What happens to handoffs is noted
/// in the feed of changes, in the order in which it happened.
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
    async fn publish(&mut self, id: &HandoffId, act: Act<'_>) -> Result<(), StoreError>;

    /// Takes the handoff off the published lists; nothing happens if it is not on them.
    async fn unpublish(&mut self, id: &HandoffId, act: Act<'_>) -> Result<(), StoreError>;

    /// Unpublishes the handoff and sets it aside; its name becomes free, its versions stay. A second
    /// time changes nothing. [`StoreError::UnknownHandoff`] if there is none of this id.
    async fn archive(&mut self, id: &HandoffId, act: Act<'_>) -> Result<(), StoreError>;

    /// Notes that a creation with this key is under way; answers what an earlier one made, if its key
    /// has not expired at `now`. Keys of the account that have are forgotten.
    async fn claim_key(
        &mut self,
        key: IdempotencyKey<'_>,
        now: Timestamp,
    ) -> Result<Option<EarlierCreation>, StoreError>;

    /// What the account decides about its rules, as this transaction sees it.
    async fn settings(&mut self) -> Result<Option<String>, StoreError>;

    /// Replaces what the account decides about its rules.
    async fn set_settings(&mut self, settings: &str) -> Result<(), StoreError>;

    /// Adds a client; [`StoreError::Conflict`] if its id is taken.
    async fn add_client(&mut self, client: &Client) -> Result<(), StoreError>;

    /// Revokes a client; `false` if there is none of this id. A second time changes nothing.
    async fn revoke_client(&mut self, id: &ClientId, at: Timestamp) -> Result<bool, StoreError>;

    /// How many of these the account has, as this transaction sees it.
    async fn count(&mut self, what: Counted) -> Result<u64, StoreError>;

    /// Adds an API key; [`StoreError::Conflict`] if any account has one of this name.
    async fn add_api_key(&mut self, key: &ApiKey) -> Result<(), StoreError>;

    /// Revokes an API key; `false` if the account has none of this name. A second time changes nothing.
    async fn revoke_api_key(&mut self, app_key: &AppKey, at: Timestamp) -> Result<bool, StoreError>;

    /// Adds a user; [`StoreError::Conflict`] if its id or its login name is taken.
    async fn add_user(&mut self, user: &User) -> Result<(), StoreError>;

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

/// Writes to the sessions of one account, all or nothing.
#[async_trait]
pub trait SessionTransaction: Send {
    /// Opens a session for a user who is not revoked and still has the password of this hash;
    /// otherwise answers `false`. Of the user's sessions the newest hundred stay, this one included,
    /// and what is over by then is removed from the whole account.
    async fn open(&mut self, session: &Session, password_hash: &str) -> Result<bool, StoreError>;

    /// Moves the idle end of the session with this cookie.
    async fn extend(&mut self, cookie_hash: &[u8], idle_until: Timestamp) -> Result<(), StoreError>;

    /// Ends the session with this cookie; nothing happens if there is none.
    async fn end(&mut self, cookie_hash: &[u8]) -> Result<(), StoreError>;

    /// Adds an entry to the audit.
    async fn audit(&mut self, entry: &AuditEntry) -> Result<(), StoreError>;

    /// Makes everything durable.
    async fn commit(self: Box<Self>) -> Result<(), StoreError>;
}

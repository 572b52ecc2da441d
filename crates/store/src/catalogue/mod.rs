//! The catalogue: handoffs with their versions, the published lists, search, the feed of changes, the
//! account's settings and idempotency keys.

mod claims;
mod history;
mod published;
mod search;
mod stored;

use async_trait::async_trait;
pub use claims::{ClaimLevels, FirstClaim, Recounted};
pub use history::{Attribution, EarlierCreation, HandoffChange, IdempotencyKey, NewVersion, VersionRecord};
use outbound_model::{AccountId, Extension, Handoff, HandoffId, Page, Timestamp};
pub use published::{Filter, PublishedCursor, PublishedEntry, PublishedPage};
pub use search::{Criteria, Search, SearchCursor, Sort, SortKey, SortValue, StateCounts, Summary};
pub use stored::StoredHandoff;

use crate::{AuditEntry, EnqueueJobs, StoreError};

/// The catalogues of all accounts.
#[async_trait]
pub trait Catalogue: Send + Sync {
    /// Reads from one account's catalogue; every statement sees one snapshot. Does not touch the database yet.
    fn read_catalogue(&self, account: &AccountId) -> Box<dyn CatalogueReader>;

    /// Opens a transaction on one account's catalogue. It locks the account: other writers of its catalogue
    /// or credentials wait. [`StoreError::UnknownAccount`] if there is no such account.
    async fn write_catalogue(&self, account: &AccountId)
    -> Result<Box<dyn CatalogueTransaction>, StoreError>;

    /// Makes the index of searches, if it is not there. An error where the database cannot have one: then it is
    /// not to be filled, and searches read all texts.
    async fn prepare_search_index(&self) -> Result<(), StoreError>;

    /// Adds up to `most` texts that were saved to the index of searches: of the first account behind `after` of
    /// which texts wait for it. Answers that account and how many were added, `None` if there is none. Texts
    /// that a transaction is changing are left. Locks no account. Searches need no index to be right, only to be
    /// fast.
    async fn fill_search_index(
        &self,
        after: Option<&AccountId>,
        most: u32,
    ) -> Result<Option<(AccountId, u64)>, StoreError>;
}

/// Reads from one account's catalogue.
#[async_trait]
pub trait CatalogueReader: Send + Sync {
    /// A page of the published handoffs; without elements where there is no such account or page.
    async fn published(&self, filter: Filter, page: Page) -> Result<PublishedPage, StoreError>;

    /// Up to `count` published handoffs behind `after`, in the list's order: for exports, at the
    /// same cost wherever it stands.
    async fn published_after(
        &self,
        after: Option<&PublishedCursor>,
        count: u32,
    ) -> Result<Vec<Handoff>, StoreError>;

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
    async fn search(&self, search: &Search, levels: &ClaimLevels) -> Result<Vec<Summary>, StoreError>;

    /// How many handoffs meet the criteria. Costs one pass, unless they include all but the state: those are
    /// counted by every change.
    async fn count(&self, criteria: &Criteria, levels: &ClaimLevels) -> Result<StateCounts, StoreError>;

    /// Up to `count` handoffs behind `after` with their newest versions, archived or not, in the order of
    /// creation, then id.
    async fn newest_after(
        &self,
        after: Option<&PublishedCursor>,
        count: u32,
    ) -> Result<Vec<StoredHandoff>, StoreError>;

    /// The handoff that has the name of this key and is not archived.
    async fn handoff_named(&self, name_key: &str) -> Result<Option<HandoffId>, StoreError>;

    /// Who was the first to claim each of these keys, among what is not archived; nothing for a key that
    /// nobody claims.
    async fn first_claims(&self, keys: &[i64]) -> Result<Vec<FirstClaim>, StoreError>;

    /// Up to `count` changes of handoffs with numbers above `since`, the oldest first.
    async fn handoff_changes(&self, since: i64, count: u32) -> Result<Vec<HandoffChange>, StoreError>;

    /// The number of the newest change, 0 where there is none.
    async fn last_change(&self) -> Result<i64, StoreError>;

    /// What the account decides about its rules, as JSON text, `{}` where it never did; `None` where
    /// there is no such account.
    async fn settings(&self) -> Result<Option<String>, StoreError>;
}

/// Writes to one account's catalogue, all or nothing: dropped without [`commit`](Self::commit), nothing
/// stays. Every committed transaction moves the account's revision by one. What happens to handoffs is
/// recorded in the feed of changes, in the order in which it happened, and enqueues the delivery job of each
/// webhook that is enabled.
#[async_trait]
pub trait CatalogueTransaction: EnqueueJobs {
    /// A handoff as this transaction sees it, archived or not.
    async fn handoff(&mut self, id: &HandoffId) -> Result<Option<StoredHandoff>, StoreError>;

    /// Looks up these handoffs and names at once, so that later calls that name them need no statement of
    /// their own. An import calls this for each batch; no answer depends on it.
    async fn prefetch(&mut self, ids: &[HandoffId], name_keys: &[String]) -> Result<(), StoreError>;

    /// The handoff that has the name of this key and is not archived.
    async fn handoff_named(&mut self, name_key: &str) -> Result<Option<HandoffId>, StoreError>;

    /// The extensions of up to `count` handoffs with ids above `after`, in the order of the ids: of the
    /// newest versions of what is not archived.
    async fn extensions(
        &mut self,
        after: Option<&HandoffId>,
        count: u32,
    ) -> Result<Vec<(HandoffId, Extension)>, StoreError>;

    /// Saves a new immutable version and answers its number; makes the handoff if there is none of
    /// this id, and brings it back as a draft if it is archived. The creation time of a handoff never
    /// changes after the first save: later versions are stored with that one, whatever they say.
    ///
    /// [`StoreError::NameTaken`] if another handoff of the account that is not archived has the name.
    /// After an error of any method here the transaction can only be dropped.
    async fn save(&mut self, version: NewVersion<'_>) -> Result<i64, StoreError>;

    /// Makes the newest version the published one; [`StoreError::UnknownHandoff`] if there is no such
    /// handoff or it is archived.
    async fn publish(&mut self, id: &HandoffId, act: Attribution<'_>) -> Result<(), StoreError>;

    /// Takes the handoff off the published lists; nothing happens if it is not on them.
    async fn unpublish(&mut self, id: &HandoffId, act: Attribution<'_>) -> Result<(), StoreError>;

    /// Unpublishes the handoff and sets it aside; its name becomes free, its versions stay. A second
    /// time changes nothing. [`StoreError::UnknownHandoff`] if there is none of this id.
    async fn archive(&mut self, id: &HandoffId, act: Attribution<'_>) -> Result<(), StoreError>;

    /// Notes that a creation with this key is under way; answers what an earlier one made, if its key
    /// has not expired at `now`. Keys of the account that have are forgotten.
    async fn claim_key(
        &mut self,
        key: IdempotencyKey<'_>,
        now: Timestamp,
    ) -> Result<Option<EarlierCreation>, StoreError>;

    /// As [`CatalogueReader::first_claims`], as this transaction sees it.
    async fn first_claims(&mut self, keys: &[i64]) -> Result<Vec<FirstClaim>, StoreError>;

    /// Replaces the findings and claims of a handoff, unless it has a newer version by now. No change for
    /// the feed.
    async fn recount(&mut self, recounted: &Recounted) -> Result<(), StoreError>;

    /// What the account decides about its rules, as this transaction sees it.
    async fn settings(&mut self) -> Result<Option<String>, StoreError>;

    /// Replaces what the account decides about its rules.
    async fn set_settings(&mut self, settings: &str) -> Result<(), StoreError>;

    /// Adds an entry to the audit.
    async fn audit(&mut self, entry: &AuditEntry) -> Result<(), StoreError>;

    /// Makes everything durable and answers the account's new revision.
    async fn commit(self: Box<Self>) -> Result<i64, StoreError>;
}

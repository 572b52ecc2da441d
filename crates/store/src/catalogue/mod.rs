//! The catalogue: handoffs with their versions, published lists, search, the change feed, settings of an
//! account, and idempotency keys.

mod claims;
mod history;
mod published;
mod search;
mod stored;

use async_trait::async_trait;
pub use claims::{ClaimLevels, FirstClaim, Recount};
pub use history::{
    Attribution, ChangeSubject, EarlierCreation, FeedEntry, IdempotencyKey, NewChange, NewVersion,
    VersionRecord,
};
use outbound_model::{AccountId, Extension, Handoff, HandoffId, Page, Timestamp};
pub use published::{ListFilter, PublishedCursor, PublishedEntry, PublishedPage};
pub use search::{Criteria, Search, SearchCursor, Sort, SortKey, SortValue, StateCounts, Summary};
pub use stored::StoredHandoff;

use crate::{AuditEntry, ClaimedJob, EnqueueJobs, StoreError};

/// The catalogues of all accounts.
#[async_trait]
pub trait Catalogue: Send + Sync {
    /// Opens a reader of one account's catalogue. Each of its methods reads one snapshot. Opening does not
    /// access the database.
    fn read_catalogue(&self, account: &AccountId) -> Box<dyn CatalogueReader>;

    /// Opens a transaction on one account's catalogue. It locks the account, so that other writers of its
    /// catalogue or credentials wait. Fails with [`StoreError::UnknownAccount`] if there is no such account.
    async fn write_catalogue(&self, account: &AccountId)
    -> Result<Box<dyn CatalogueTransaction>, StoreError>;

    /// Creates the search index if it is missing, and updates the statistics that make searches use it. To be called at
    /// the start, and after many handoffs were added. After an error at the start, which means that the database does
    /// not support it, the index must not be filled. Searches then scan all handoffs.
    async fn prepare_search_index(&self) -> Result<(), StoreError>;

    /// Updates the database's statistics of the catalogue, with which it plans statements. To be called soon after many
    /// handoffs were added.
    async fn update_statistics(&self) -> Result<(), StoreError>;

    /// Finds the first account after `after` with handoffs that are not in the search index.
    async fn account_with_pending_texts(
        &self,
        after: Option<&AccountId>,
    ) -> Result<Option<AccountId>, StoreError>;

    /// Adds up to `limit` saved handoffs of the account to the search index, and returns their number. Skips handoffs
    /// that another transaction is changing, and locks no account. Search results do not depend on the index, which
    /// only makes searches faster.
    async fn fill_search_index(&self, account: &AccountId, limit: u32) -> Result<u64, StoreError>;

    /// Deletes up to `limit` entries of the change feed about campaigns, messages and consumers that were made before
    /// `before`. Their numbers are not used again. Returns how many were deleted.
    async fn prune_changes(
        &self,
        account: &AccountId,
        before: Timestamp,
        limit: u32,
    ) -> Result<u64, StoreError>;
}

/// Reads one account's catalogue.
#[async_trait]
pub trait CatalogueReader: Send + Sync {
    /// Reads a page of a published list. The page has no elements if there is no such account, or if it is
    /// past the end.
    async fn published(&self, filter: ListFilter, page: Page) -> Result<PublishedPage, StoreError>;

    /// Reads up to `count` published handoffs after `after`, in the order of the list. The cost does not
    /// depend on the position, so exports use this.
    async fn published_after(
        &self,
        after: Option<&PublishedCursor>,
        count: u32,
    ) -> Result<Vec<Handoff>, StoreError>;

    /// Reads a handoff, archived or not.
    async fn handoff(&self, id: &HandoffId) -> Result<Option<StoredHandoff>, StoreError>;

    /// Lists up to `count` versions of a handoff with numbers below `before`, newest first.
    async fn versions(
        &self,
        id: &HandoffId,
        before: i64,
        count: u32,
    ) -> Result<Vec<VersionRecord>, StoreError>;

    /// Reads a version of a handoff.
    async fn version(
        &self,
        id: &HandoffId,
        number: i64,
    ) -> Result<Option<(VersionRecord, Handoff)>, StoreError>;

    /// Reads a page of the handoffs whose newest versions meet the criteria. Scans all handoffs of the
    /// account if too few of the next ones in the sort order match.
    async fn search(&self, search: &Search, levels: &ClaimLevels) -> Result<Vec<Summary>, StoreError>;

    /// Counts the handoffs that meet the criteria. Needs a scan, unless the criteria select by state alone:
    /// these counts are stored and updated by each change.
    async fn count(&self, criteria: &Criteria, levels: &ClaimLevels) -> Result<StateCounts, StoreError>;

    /// Reads up to `count` handoffs after `after` with their newest versions, including archived ones,
    /// ordered by creation, then id.
    async fn newest_after(
        &self,
        after: Option<&PublishedCursor>,
        count: u32,
    ) -> Result<Vec<StoredHandoff>, StoreError>;

    /// Finds the handoff whose name has this key. Ignores archived handoffs.
    async fn handoff_id_by_name(&self, name_key: &str) -> Result<Option<HandoffId>, StoreError>;

    /// Finds the first claim of each key. Ignores archived handoffs, and returns nothing for a key without
    /// claims.
    async fn first_claims(&self, keys: &[i64]) -> Result<Vec<FirstClaim>, StoreError>;

    /// Lists the extensions of up to `count` handoffs with ids above `after`, ordered by id. Reads the newest
    /// versions of handoffs that are not archived.
    async fn extensions(
        &self,
        after: Option<&HandoffId>,
        count: u32,
    ) -> Result<Vec<(HandoffId, Extension)>, StoreError>;

    /// Lists up to `count` changes with numbers above `since`, oldest first.
    async fn handoff_changes(&self, since: i64, count: u32) -> Result<Vec<FeedEntry>, StoreError>;

    /// Returns the number of the newest change, or 0 if there is none.
    async fn last_change(&self) -> Result<i64, StoreError>;

    /// Reads the account's rule settings as JSON, `{}` if they were never changed. `None` if there is no such
    /// account.
    async fn settings(&self) -> Result<Option<String>, StoreError>;
}

/// A transaction on one account's catalogue. It is rolled back if it is dropped without
/// [`commit`](Self::commit). Each commit increments the account's revision. Changes of handoffs are added to
/// the change feed in the order in which they are made, and enqueue the delivery job of each enabled webhook.
#[async_trait]
pub trait CatalogueTransaction: EnqueueJobs {
    /// Reads a handoff, archived or not, as this transaction sees it.
    async fn handoff(&mut self, id: &HandoffId) -> Result<Option<StoredHandoff>, StoreError>;

    /// Lists the ids of up to `count` published handoffs with ids above `after`, ordered by id, as this
    /// transaction sees them.
    async fn published_ids(
        &mut self,
        after: Option<&HandoffId>,
        count: u32,
    ) -> Result<Vec<HandoffId>, StoreError>;

    /// Reads handoffs and names with few statements and caches them for later calls. Imports call this for
    /// each batch. It affects only the speed of later calls.
    async fn prefetch(&mut self, ids: &[HandoffId], name_keys: &[String]) -> Result<(), StoreError>;

    /// Finds the handoff whose name has this key. Ignores archived handoffs.
    async fn handoff_id_by_name(&mut self, name_key: &str) -> Result<Option<HandoffId>, StoreError>;

    /// Like [`CatalogueReader::handoff_changes`], including the changes of this transaction.
    async fn handoff_changes(&mut self, since: i64, count: u32) -> Result<Vec<FeedEntry>, StoreError>;

    /// Saves a new immutable version and returns its number. Creates the handoff if its id is new, and
    /// restores it as a draft if it is archived. The creation time of a handoff is set by its first version;
    /// later versions are stored with that time.
    ///
    /// Fails with [`StoreError::NameTaken`] if another handoff that is not archived has the name. After an
    /// error of any method, the transaction can only be dropped.
    async fn save(&mut self, version: NewVersion<'_>) -> Result<i64, StoreError>;

    /// Publishes the newest version. Fails with [`StoreError::UnknownHandoff`] if there is no such handoff,
    /// or it is archived.
    async fn publish(&mut self, id: &HandoffId, attribution: Attribution<'_>) -> Result<(), StoreError>;

    /// Removes the handoff from the published lists. Does nothing if it is not published.
    async fn unpublish(&mut self, id: &HandoffId, attribution: Attribution<'_>) -> Result<(), StoreError>;

    /// Unpublishes and archives the handoff. Its name becomes available, and its versions are kept. Does
    /// nothing if it is archived already. Fails with [`StoreError::UnknownHandoff`] if there is no such
    /// handoff.
    async fn archive(&mut self, id: &HandoffId, attribution: Attribution<'_>) -> Result<(), StoreError>;

    /// Reserves an idempotency key. Returns the result of the earlier request if the key is used and has not
    /// expired at `now`. Deletes the account's expired keys.
    async fn claim_idempotency_key(
        &mut self,
        key: IdempotencyKey<'_>,
        now: Timestamp,
    ) -> Result<Option<EarlierCreation>, StoreError>;

    /// Like [`CatalogueReader::first_claims`], as this transaction sees it.
    async fn first_claims(&mut self, keys: &[i64]) -> Result<Vec<FirstClaim>, StoreError>;

    /// Replaces the findings and claims of a handoff, unless it has a newer version. Adds nothing to the
    /// change feed.
    async fn recount(&mut self, recounted: &Recount) -> Result<(), StoreError>;

    /// Reads the account's rule settings, as this transaction sees them.
    async fn settings(&mut self) -> Result<Option<String>, StoreError>;

    /// Replaces the account's rule settings.
    async fn set_settings(&mut self, settings: &str) -> Result<(), StoreError>;

    /// Marks a claimed job as done with its report, JSON. Returns `false` if the claim was lost. The job and its
    /// work are committed together. Renewals of the claim wait until then.
    async fn finish_job(
        &mut self,
        job: &ClaimedJob,
        report: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Adds an entry to the audit log.
    async fn audit(&mut self, entry: &AuditEntry) -> Result<(), StoreError>;

    /// Commits, and returns the account's new revision.
    async fn commit(self: Box<Self>) -> Result<i64, StoreError>;
}

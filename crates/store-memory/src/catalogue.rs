//! Handoffs that a test publishes, and the default settings of accounts.

use async_trait::async_trait;
use outbound_model::{AccountId, Extension, Handoff, HandoffId, Page, Timestamp};
use outbound_store::{
    Catalogue, CatalogueReader, CatalogueTransaction, ClaimLevels, Criteria, FeedEntry, FirstClaim,
    ListFilter, PublishedCursor, PublishedPage, Search, StateCounts, StoreError, StoredHandoff, Summary,
    VersionRecord,
};

use crate::MemoryStore;
use crate::missing::missing;

/// The number of the only version of a handoff.
const FIRST: i64 = 1;

struct Reader {
    store: MemoryStore,
    account: AccountId,
}

impl MemoryStore {
    /// Publishes a handoff, or replaces it.
    pub fn publish(&self, account: &AccountId, handoff: Handoff) {
        self.lock().account_mut(account).handoffs.insert(handoff.id.clone(), handoff);
    }
}

fn stored(handoff: &Handoff) -> StoredHandoff {
    StoredHandoff {
        id: handoff.id.clone(),
        latest: handoff.clone(),
        latest_version: VersionRecord {
            number: FIRST,
            saved_at: Timestamp::EPOCH,
            saved_by: "test".to_owned(),
            note: None,
        },
        published_version: Some(FIRST),
        archived_at: None,
    }
}

#[async_trait]
impl Catalogue for MemoryStore {
    fn read_catalogue(&self, account: &AccountId) -> Box<dyn CatalogueReader> {
        Box::new(Reader { store: self.clone(), account: account.clone() })
    }

    async fn write_catalogue(&self, _: &AccountId) -> Result<Box<dyn CatalogueTransaction>, StoreError> {
        missing()
    }

    async fn prune_changes(&self, _: &AccountId, _: Timestamp, _: u32) -> Result<u64, StoreError> {
        missing()
    }

    async fn prepare_search_index(&self) -> Result<(), StoreError> {
        missing()
    }

    async fn update_statistics(&self) -> Result<(), StoreError> {
        missing()
    }

    async fn account_with_pending_texts(
        &self,
        _: Option<&AccountId>,
    ) -> Result<Option<AccountId>, StoreError> {
        missing()
    }

    async fn fill_search_index(&self, _: &AccountId, _: u32) -> Result<u64, StoreError> {
        missing()
    }
}

#[async_trait]
impl CatalogueReader for Reader {
    async fn published(&self, _: ListFilter, _: Page) -> Result<PublishedPage, StoreError> {
        missing()
    }

    async fn published_after(&self, _: Option<&PublishedCursor>, _: u32) -> Result<Vec<Handoff>, StoreError> {
        missing()
    }

    async fn handoff(&self, id: &HandoffId) -> Result<Option<StoredHandoff>, StoreError> {
        self.store.read(|state| state.account(&self.account).handoffs.get(id).map(stored)).await
    }

    async fn versions(&self, _: &HandoffId, _: i64, _: u32) -> Result<Vec<VersionRecord>, StoreError> {
        missing()
    }

    async fn version(
        &self,
        id: &HandoffId,
        number: i64,
    ) -> Result<Option<(VersionRecord, Handoff)>, StoreError> {
        let found = self.handoff(id).await?.filter(|_| number == FIRST);
        Ok(found.map(|stored| (stored.latest_version, stored.latest)))
    }

    async fn search(&self, _: &Search, _: &ClaimLevels) -> Result<Vec<Summary>, StoreError> {
        missing()
    }

    async fn count(&self, _: &Criteria, _: &ClaimLevels) -> Result<StateCounts, StoreError> {
        missing()
    }

    async fn newest_after(
        &self,
        _: Option<&PublishedCursor>,
        _: u32,
    ) -> Result<Vec<StoredHandoff>, StoreError> {
        missing()
    }

    async fn handoff_id_by_name(&self, _: &str) -> Result<Option<HandoffId>, StoreError> {
        missing()
    }

    async fn first_claims(&self, _: &[i64]) -> Result<Vec<FirstClaim>, StoreError> {
        missing()
    }

    async fn extensions(
        &self,
        _: Option<&HandoffId>,
        _: u32,
    ) -> Result<Vec<(HandoffId, Extension)>, StoreError> {
        missing()
    }

    async fn handoff_changes(&self, _: i64, _: u32) -> Result<Vec<FeedEntry>, StoreError> {
        missing()
    }

    async fn last_change(&self) -> Result<i64, StoreError> {
        missing()
    }

    async fn settings(&self) -> Result<Option<String>, StoreError> {
        let is_known = self.store.read(|state| state.known.contains_key(&self.account)).await?;
        Ok(is_known.then(|| "{}".to_owned()))
    }
}

//! Cached lookups of a transaction on the catalogue.

use std::slice;

use outbound_model::HandoffId;
use outbound_store::{StoreError, StoredHandoff};

use super::buffer::Buffer;
use super::handoff_cache::{CachedHandoff, not_cached};
use super::handoff_row::{HandoffRow, HandoffWithSizeRow, HandoffWithVersionRow};
use super::rows::parse_documents;
use super::statements as sql;
use crate::rows::parse_stored;

/// Maximum number of cached handoffs, names and claims, in addition to those of the current batch.
const MAX_CACHED: usize = 10_000;

impl Buffer {
    /// Reads the handoffs and names that are not cached.
    pub(super) async fn prefetch(&mut self, ids: &[HandoffId], names: &[String]) -> Result<(), StoreError> {
        // The cache is cleared only between batches. Otherwise the rest of a batch would be read one by one.
        if self.cache.len() > MAX_CACHED {
            self.write_rows();
            self.cache.clear();
        }
        let ids: Vec<_> = ids.iter().filter(|id| self.cache.handoff(id).is_none()).cloned().collect();
        let names: Vec<_> = names.iter().filter(|key| self.cache.name(key).is_none()).cloned().collect();
        if !ids.is_empty() {
            let keys: Vec<_> = ids.iter().map(HandoffId::as_str).collect();
            let found: Vec<HandoffWithSizeRow> =
                self.transaction.ready().await?.lookup(sql::HANDOFF_SIZE_BY_ID, &keys).await?;
            let small = self.cache.add_sizes(&ids, found);
            self.look_up_handoffs(&small).await?;
        }
        self.look_up_names(&names).await
    }

    /// Reads a handoff with its newest version.
    pub(super) async fn handoff(&mut self, id: &HandoffId) -> Result<Option<StoredHandoff>, StoreError> {
        let cached = self.cached(id).await?;
        if cached.row.is_none() {
            return Ok(None);
        }
        if cached.stored.is_none() {
            self.write_rows();
            self.look_up_handoffs(slice::from_ref(id)).await?;
        }
        let stored = self.cached(id).await?.stored.take();
        Ok(parse_documents(stored.into_iter().collect()).await?.pop())
    }

    /// Returns the row of a handoff, without a version.
    pub(super) async fn row(&mut self, id: &HandoffId) -> Result<Option<HandoffRow>, StoreError> {
        Ok(self.cached(id).await?.row.clone())
    }

    /// Finds the handoff whose name has this key. Ignores archived handoffs.
    pub(super) async fn handoff_id_by_name(&mut self, key: &str) -> Result<Option<HandoffId>, StoreError> {
        if self.cache.name(key).is_none() {
            self.look_up_names(&[key.to_owned()]).await?;
        }
        Ok(self.cache.name(key).cloned().flatten())
    }

    /// Returns the cache's entry for a handoff, which is read if it is missing.
    pub(super) async fn cached(&mut self, id: &HandoffId) -> Result<&mut CachedHandoff, StoreError> {
        if self.cache.handoff(id).is_none() {
            self.look_up_handoffs(slice::from_ref(id)).await?;
        }
        self.cache.handoff(id).ok_or_else(not_cached)
    }

    /// Reads handoffs without buffered rows. Those with buffered rows are in the cache.
    async fn look_up_handoffs(&mut self, ids: &[HandoffId]) -> Result<(), StoreError> {
        if ids.is_empty() {
            return Ok(());
        }
        let keys: Vec<_> = ids.iter().map(HandoffId::as_str).collect();
        let found: Vec<HandoffWithVersionRow> =
            self.transaction.ready().await?.lookup(sql::HANDOFF_BY_ID, &keys).await?;
        self.cache.add_handoffs(ids, found);
        Ok(())
    }

    /// Reads names that no buffered row has given up or taken. Those are in the cache.
    async fn look_up_names(&mut self, keys: &[String]) -> Result<(), StoreError> {
        if keys.is_empty() {
            return Ok(());
        }
        let wanted: Vec<_> = keys.iter().map(String::as_str).collect();
        let found: Vec<(String, String)> =
            self.transaction.ready().await?.lookup(sql::HANDOFF_ID_BY_NAME, &wanted).await?;
        let found = found.into_iter().map(|(key, id)| Ok((key, parse_stored(&id)?)));
        self.cache.add_names(keys, found.collect::<Result<_, StoreError>>()?);
        Ok(())
    }
}

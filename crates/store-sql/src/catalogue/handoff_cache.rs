//! Handoffs, names and first claims that a transaction has read or changed, cached to avoid statements.

use std::collections::HashMap;

use outbound_model::{HandoffId, HandoffState};
use outbound_store::{FirstClaim, StoreError};

use super::handoff_row::{HandoffRow, HandoffWithSizeRow, HandoffWithVersionRow};

/// The cache of a transaction.
#[derive(Default)]
pub(super) struct HandoffCache {
    handoffs: HashMap<HandoffId, CachedHandoff>,
    /// The handoffs with rows in the buffer.
    changed: Vec<HandoffId>,
    /// By name key, the handoff with this name that is not archived, if there is one.
    names: HashMap<String, Option<HandoffId>>,
    /// By key of a claim, the value of its first claim, if there is one.
    first_values: HashMap<i64, Option<i64>>,
    /// Bytes of the versions that were prefetched since they were last dropped.
    prefetched_bytes: i64,
}

/// Maximum bytes of prefetched versions. The others are read one by one, so that an import of small handoffs does not
/// load a batch of large ones.
const MAX_PREFETCHED_BYTES: i64 = 4 << 20;

/// A handoff in its current state in this transaction.
#[derive(Default)]
pub(super) struct CachedHandoff {
    /// `None` if there is no such handoff.
    pub(super) row: Option<HandoffRow>,
    /// The handoff as it was read, until it is returned or changed.
    pub(super) stored: Option<HandoffWithVersionRow>,
    /// Index of its row in the buffer, if it has changed.
    pub(super) changed: Option<usize>,
    /// Index of its summary in the buffer, if a version was saved.
    pub(super) summary: Option<usize>,
    /// Whether the buffer contains elements of published lists for it.
    pub(super) has_elements: bool,
    /// The channels under which it is on the published lists, in the format of
    /// [`lists::channels`](super::lists::channels), if they are known.
    pub(super) listed: Option<String>,
}

impl HandoffCache {
    /// Adds the result of a lookup of these ids.
    pub(super) fn add_handoffs(&mut self, ids: &[HandoffId], found: Vec<HandoffWithVersionRow>) {
        self.add_missing(ids);
        for stored in found {
            self.add_row(stored.handoff.clone(), Some(stored));
        }
    }

    /// Adds the result of a lookup of these ids without versions, and returns the ids whose versions to prefetch.
    pub(super) fn add_sizes(&mut self, ids: &[HandoffId], found: Vec<HandoffWithSizeRow>) -> Vec<HandoffId> {
        self.add_missing(ids);
        if self.prefetched_bytes >= MAX_PREFETCHED_BYTES {
            self.prefetched_bytes = 0;
            self.handoffs.values_mut().for_each(|handoff| handoff.stored = None);
        }
        let mut small = Vec::new();
        for HandoffWithSizeRow { handoff, bytes } in found {
            let id = self.add_row(handoff, None);
            if self.prefetched_bytes.saturating_add(bytes) <= MAX_PREFETCHED_BYTES {
                self.prefetched_bytes += bytes;
                small.extend(id);
            }
        }
        small
    }

    fn add_missing(&mut self, ids: &[HandoffId]) {
        self.handoffs.extend(ids.iter().map(|id| (id.clone(), CachedHandoff::default())));
    }

    /// Returns the id, which is valid, because it equals one that was looked up.
    fn add_row(&mut self, row: HandoffRow, stored: Option<HandoffWithVersionRow>) -> Option<HandoffId> {
        let id: HandoffId = row.handoff_id.parse().ok()?;
        let listed = (row.state() == HandoffState::Published).then(|| row.channels.clone());
        self.handoffs
            .insert(id.clone(), CachedHandoff { row: Some(row), stored, listed, ..Default::default() });
        Some(id)
    }

    /// Adds the result of a lookup of these name keys.
    pub(super) fn add_names(&mut self, keys: &[String], found: Vec<(String, HandoffId)>) {
        self.names.extend(keys.iter().map(|key| (key.clone(), None)));
        self.names.extend(found.into_iter().map(|(key, id)| (key, Some(id))));
    }

    pub(super) fn handoff(&mut self, id: &HandoffId) -> Option<&mut CachedHandoff> {
        self.handoffs.get_mut(id)
    }

    pub(super) fn name(&self, key: &str) -> Option<&Option<HandoffId>> {
        self.names.get(key)
    }

    /// Updates the names after a handoff's row changed from `before` to `after`.
    pub(super) fn rename(&mut self, before: Option<&HandoffRow>, after: &HandoffRow, id: &HandoffId) {
        if let Some(before) = before.filter(|before| before.archived_at.is_none()) {
            self.names.insert(before.name_key.clone(), None);
        }
        if after.archived_at.is_none() {
            self.names.insert(after.name_key.clone(), Some(id.clone()));
        }
    }

    /// Adds the result of a lookup of the first claims of these keys.
    pub(super) fn add_first_claims(&mut self, keys: &[i64], found: &[FirstClaim]) {
        self.first_values.extend(keys.iter().map(|key| (*key, None)));
        self.first_values.extend(found.iter().map(|first| (first.key, Some(first.value))));
    }

    /// Whether the value of the first claim of this key is cached.
    pub(super) fn has_first_value(&self, key: i64) -> bool {
        self.first_values.contains_key(&key)
    }

    /// Adds a claim of a key whose first value is cached, and returns the first value. If the key had no
    /// claim, that is this value.
    pub(super) fn claim(&mut self, key: i64, value: i64) -> i64 {
        *self.first_values.entry(key).or_default().get_or_insert(value)
    }

    /// Removes the first values of these keys, because claims of them were deleted.
    pub(super) fn forget_first_values(&mut self, keys: &[i64]) {
        for key in keys {
            self.first_values.remove(key);
        }
    }

    /// Replaces the row of a cached handoff, whose index in the buffer is `index` if it has none yet. Returns the
    /// previous row and the index.
    pub(super) fn change(
        &mut self,
        id: &HandoffId,
        row: HandoffRow,
        index: usize,
    ) -> Option<(Option<HandoffRow>, usize)> {
        let cached = self.handoffs.get_mut(id)?;
        cached.stored = None;
        if cached.changed.is_none() {
            self.changed.push(id.clone());
        }
        Some((cached.row.replace(row), *cached.changed.get_or_insert(index)))
    }

    /// Marks all changes as written.
    pub(super) fn mark_written(&mut self) {
        for id in self.changed.drain(..) {
            if let Some(handoff) = self.handoffs.get_mut(&id) {
                (handoff.changed, handoff.summary, handoff.has_elements) = (None, None, false);
            }
        }
    }

    pub(super) fn len(&self) -> usize {
        self.handoffs.len() + self.names.len() + self.first_values.len()
    }

    pub(super) fn clear(&mut self) {
        self.handoffs.clear();
        self.names.clear();
        self.first_values.clear();
        self.prefetched_bytes = 0;
    }
}

/// The error for a handoff that was looked up, but is missing in the cache.
pub(super) fn not_cached() -> StoreError {
    StoreError::Engine("a looked-up handoff is missing in the cache".into())
}

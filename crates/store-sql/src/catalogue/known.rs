//! Handoffs and names that a transaction has looked up or changed, so that it needs no statement for them.

use std::collections::HashMap;

use outbound_model::{HandoffId, HandoffState};
use outbound_store::FirstClaim;

use super::handoff_row::{HandoffRow, WholeHandoffRow};

/// Handoffs and names whose state in this transaction is known.
#[derive(Default)]
pub(super) struct KnownHandoffs {
    handoffs: HashMap<HandoffId, KnownHandoff>,
    /// By name key: the handoff of this name that is not archived, if there is one.
    names: HashMap<String, Option<HandoffId>>,
    /// By key of a claim: the value of the first claim, `None` where nobody claims the key.
    first_values: HashMap<i64, Option<i64>>,
}

/// A handoff as this transaction leaves it.
#[derive(Default)]
pub(super) struct KnownHandoff {
    /// `None` where there is no such handoff.
    pub(super) row: Option<HandoffRow>,
    /// As it was looked up, until it is read or changed.
    pub(super) stored: Option<WholeHandoffRow>,
    /// Its place among the handoffs to be written, if it changed.
    pub(super) changed: Option<usize>,
    /// The place of its summary among those to be written, if a version was saved.
    pub(super) summary: Option<usize>,
    /// Whether elements of published lists are to be written.
    pub(super) has_elements: bool,
    /// The channels by which it stands on the published lists, as [`lists::channels`](super::lists::channels)
    /// writes them, where that is known.
    pub(super) listed: Option<String>,
}

impl KnownHandoffs {
    /// Adds what a lookup of these ids found.
    pub(super) fn add_handoffs(&mut self, ids: &[HandoffId], found: Vec<WholeHandoffRow>) {
        for id in ids {
            self.handoffs.insert(id.clone(), KnownHandoff::default());
        }
        for stored in found {
            // Stored ids are legal ones: they were asked for.
            if let Ok(id) = stored.handoff.handoff_id.parse() {
                let row = stored.handoff.clone();
                let listed = (row.state() == HandoffState::Published).then(|| row.channels.clone());
                let known =
                    KnownHandoff { row: Some(row), stored: Some(stored), listed, ..Default::default() };
                self.handoffs.insert(id, known);
            }
        }
    }

    /// Adds what a lookup of these name keys found.
    pub(super) fn add_names(&mut self, keys: &[String], found: Vec<(String, HandoffId)>) {
        self.names.extend(keys.iter().map(|key| (key.clone(), None)));
        self.names.extend(found.into_iter().map(|(key, id)| (key, Some(id))));
    }

    pub(super) fn handoff(&mut self, id: &HandoffId) -> Option<&mut KnownHandoff> {
        self.handoffs.get_mut(id)
    }

    pub(super) fn name(&self, key: &str) -> Option<&Option<HandoffId>> {
        self.names.get(key)
    }

    /// The name moves from `before` to `after`, of the same handoff.
    pub(super) fn rename(&mut self, before: Option<&HandoffRow>, after: &HandoffRow, id: &HandoffId) {
        if let Some(before) = before.filter(|before| before.archived_at.is_none()) {
            self.names.insert(before.name_key.clone(), None);
        }
        if after.archived_at.is_none() {
            self.names.insert(after.name_key.clone(), Some(id.clone()));
        }
    }

    /// Adds what a lookup of the first claims of these keys found.
    pub(super) fn add_first_claims(&mut self, keys: &[i64], found: &[FirstClaim]) {
        self.first_values.extend(keys.iter().map(|key| (*key, None)));
        self.first_values.extend(found.iter().map(|first| (first.key, Some(first.value))));
    }

    /// Whether the value of the first claim of this key is known.
    pub(super) fn knows_first_value(&self, key: i64) -> bool {
        self.first_values.contains_key(&key)
    }

    /// Adds a claim of a key whose first value is known. Answers that value, which may become this one.
    pub(super) fn claim(&mut self, key: i64, value: i64) -> i64 {
        *self.first_values.entry(key).or_default().get_or_insert(value)
    }

    /// Claims of these keys have been deleted.
    pub(super) fn forget_first_values(&mut self, keys: &[i64]) {
        for key in keys {
            self.first_values.remove(key);
        }
    }

    /// Everything that changed has been written.
    pub(super) fn mark_written(&mut self) {
        for handoff in self.handoffs.values_mut() {
            (handoff.changed, handoff.summary, handoff.has_elements) = (None, None, false);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.handoffs.len() + self.names.len() + self.first_values.len()
    }

    pub(super) fn clear(&mut self) {
        self.handoffs.clear();
        self.names.clear();
        self.first_values.clear();
    }
}

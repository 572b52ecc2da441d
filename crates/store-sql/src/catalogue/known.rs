//! Handoffs and names that a transaction has looked up or changed, so that it needs no statement for them.

use std::collections::HashMap;

use outbound_model::HandoffId;

use super::handoff_row::{HandoffRow, WholeHandoffRow};

/// Handoffs and names whose state in this transaction is known.
#[derive(Default)]
pub(super) struct KnownHandoffs {
    handoffs: HashMap<HandoffId, KnownHandoff>,
    /// By name key: the handoff of this name that is not archived, if there is one.
    names: HashMap<String, Option<HandoffId>>,
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
                let row = Some(stored.handoff.clone());
                self.handoffs.insert(id, KnownHandoff { row, stored: Some(stored), ..Default::default() });
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

    /// Everything that changed has been written.
    pub(super) fn mark_written(&mut self) {
        for handoff in self.handoffs.values_mut() {
            (handoff.changed, handoff.summary, handoff.has_elements) = (None, None, false);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.handoffs.len() + self.names.len()
    }

    pub(super) fn clear(&mut self) {
        self.handoffs.clear();
        self.names.clear();
    }
}

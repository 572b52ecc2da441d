//! A handoff with its newest version and state.

use outbound_model::{Handoff, HandoffId, HandoffState, Timestamp};

use crate::VersionRecord;

/// A handoff with its newest version and state.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredHandoff {
    /// Its id.
    pub id: HandoffId,
    /// The newest version.
    pub latest: Handoff,
    /// Metadata of the newest version.
    pub latest_version: VersionRecord,
    /// The number of the published version, if one is published.
    pub published_version: Option<i64>,
    /// When it was archived, if it is.
    pub archived_at: Option<Timestamp>,
}

impl StoredHandoff {
    /// The state, derived from the archive time and the published version.
    pub fn state(&self) -> HandoffState {
        match (self.archived_at, self.published_version) {
            (Some(_), _) => HandoffState::Archived,
            (None, None) => HandoffState::Draft,
            (None, Some(number)) if number == self.latest_version.number => HandoffState::Published,
            (None, Some(_)) => HandoffState::Changed,
        }
    }
}

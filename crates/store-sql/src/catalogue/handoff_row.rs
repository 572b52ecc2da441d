//! Rows of the table `handoffs`.

use outbound_model::HandoffState;
use outbound_store::{StoreError, StoredHandoff};

use super::rows::{DocumentRow, VersionWithDocumentRow};
use crate::rows::{from_row, time};

/// A row of `handoffs`.
#[derive(Clone)]
pub(crate) struct HandoffRow {
    pub(crate) handoff_id: String,
    pub(crate) name: String,
    pub(crate) name_key: String,
    /// In the format of [`lists::channels`](super::lists::channels).
    pub(crate) channels: String,
    pub(crate) created_at: i64,
    pub(crate) latest_version: i64,
    pub(crate) published_version: Option<i64>,
    pub(crate) archived_at: Option<i64>,
}

from_row!(HandoffRow {
    handoff_id,
    name,
    name_key,
    channels,
    created_at,
    latest_version,
    published_version,
    archived_at
});

impl HandoffRow {
    pub(crate) fn state(&self) -> HandoffState {
        match (self.archived_at, self.published_version) {
            (Some(_), _) => HandoffState::Archived,
            (None, None) => HandoffState::Draft,
            (None, Some(published)) if published == self.latest_version => HandoffState::Published,
            (None, Some(_)) => HandoffState::Changed,
        }
    }
}

/// A row of `handoffs` with the size of the newest version.
pub(crate) struct HandoffWithSizeRow {
    pub(crate) handoff: HandoffRow,
    /// Bytes of document and extension.
    pub(crate) bytes: i64,
}

from_row!(HandoffWithSizeRow { bytes } with handoff);

/// A row of `handoffs` with the newest version.
pub(crate) struct HandoffWithVersionRow {
    pub(crate) handoff: HandoffRow,
    latest: VersionWithDocumentRow,
}

from_row!(HandoffWithVersionRow {} with handoff, latest);

impl DocumentRow for HandoffWithVersionRow {
    fn bytes(&self) -> usize {
        self.latest.bytes()
    }
}

impl TryFrom<HandoffWithVersionRow> for StoredHandoff {
    type Error = StoreError;

    fn try_from(row: HandoffWithVersionRow) -> Result<Self, StoreError> {
        let (latest_version, latest) = row.latest.try_into()?;
        let archived_at = row.handoff.archived_at.map(time).transpose()?;
        Ok(Self {
            id: latest.id.clone(),
            latest,
            latest_version,
            published_version: row.handoff.published_version,
            archived_at,
        })
    }
}

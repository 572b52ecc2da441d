//! The lists of published handoffs.

use outbound_model::{ChannelType, HandoffId, Timestamp};

/// One element of a published list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PublishedEntry {
    /// The handoff as JSON, as it was saved.
    pub document: String,
    /// With a channel filter, the index of this element in the handoff's `channels`.
    pub channel_index: Option<usize>,
}

/// A page of an account's published handoffs, read in one snapshot.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PublishedPage {
    /// The account's revision.
    pub revision: i64,
    /// Number of elements in the list.
    pub total: u64,
    /// The elements of the page, ordered by creation time, handoff id and index of the channel.
    pub entries: Vec<PublishedEntry>,
}

/// Selects a published list: all handoffs, or the configurations of one channel.
pub type ListFilter = Option<ChannelType>;

/// A position in a list of handoffs that is ordered by creation time, then id.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct PublishedCursor {
    /// Creation time of the last handoff of the previous page.
    pub created_at: Timestamp,
    /// Its id.
    pub id: HandoffId,
}

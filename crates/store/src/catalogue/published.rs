//! The lists of published handoffs.

use outbound_model::{ChannelType, HandoffId, Timestamp};

/// One element of a published list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PublishedEntry {
    /// The handoff as JSON text, as it was saved.
    pub document: String,
    /// With a channel filter, which of the handoff's `channels` this element is, from 0.
    pub channel_index: Option<usize>,
}

/// A page of an account's published handoffs, read in one snapshot.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PublishedPage {
    /// The account's revision, which moves with every write to the account.
    pub revision: i64,
    /// How many elements the whole list has.
    pub total: u64,
    /// The elements of the page, ordered by creation time, then id, then place among the channels.
    pub entries: Vec<PublishedEntry>,
}

/// What a published list is narrowed to: all handoffs, or the configurations of one channel.
pub type Filter = Option<ChannelType>;

/// A place in an account's list of handoffs, which is ordered by creation time, then id.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct PublishedCursor {
    /// Creation time of the last handoff seen.
    pub created_at: Timestamp,
    /// Its id.
    pub id: HandoffId,
}

//! Where reading goes on in a list.

use outbound_model::{HandoffId, Timestamp};

/// A place in an account's list of handoffs, which is ordered by creation time, then id.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Cursor {
    /// Creation time of the last handoff seen.
    pub created_at: Timestamp,
    /// Its id.
    pub id: HandoffId,
}

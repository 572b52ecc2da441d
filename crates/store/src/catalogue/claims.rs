//! What handoffs claim in their account, and the recount of an account's findings.

use outbound_model::{Claim, FindingCounts, HandoffId, Timestamp};

/// Who was the first to claim a key, in the order of creation.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FirstClaim {
    /// The key.
    pub key: i64,
    /// The value that it was claimed with.
    pub value: i64,
    /// The handoff that claimed it.
    pub handoff: HandoffId,
    /// When that handoff was made.
    pub created_at: Timestamp,
}

/// How a claim counts that contradicts the first one of its key: the names of the rules that make an error,
/// and of those that make a warning. Those of other rules do not count.
#[derive(Clone, Debug, Default)]
pub struct ClaimLevels {
    /// The rules that make an error.
    pub errors: Vec<&'static str>,
    /// The rules that make a warning.
    pub warnings: Vec<&'static str>,
}

/// What a recount found about a version of a handoff.
#[derive(Clone, Debug)]
pub struct Recounted {
    /// The handoff.
    pub id: HandoffId,
    /// The number of the version.
    pub version: i64,
    /// The rules that it breaks by itself.
    pub findings: FindingCounts,
    /// What it claims; nothing if it is archived.
    pub claims: Vec<Claim>,
}

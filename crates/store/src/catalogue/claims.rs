//! Claims of handoffs, and recounts of their findings.
//!
//! A claim is a key with a value that all handoffs of an account must agree on. A claim whose value differs
//! from the first claim of its key is a finding.

use outbound_model::{Claim, FindingCounts, HandoffId, Timestamp};

/// The first claim of a key, in the order in which the handoffs were created.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FirstClaim {
    /// The key.
    pub key: i64,
    /// The claimed value.
    pub value: i64,
    /// The handoff with the claim.
    pub handoff: HandoffId,
    /// When that handoff was created.
    pub created_at: Timestamp,
}

/// The severity of a contradicted claim, given by its rule. Claims of rules in neither list do not count.
#[derive(Clone, Debug, Default)]
pub struct ClaimLevels {
    /// Rules whose contradictions are errors.
    pub errors: Vec<&'static str>,
    /// Rules whose contradictions are warnings.
    pub warnings: Vec<&'static str>,
}

/// Findings and claims of a version, checked again after the rules or settings changed.
#[derive(Clone, Debug)]
pub struct Recount {
    /// The handoff.
    pub id: HandoffId,
    /// The number of the version.
    pub version: i64,
    /// Number of findings in the version alone, without contradicted claims.
    pub findings: FindingCounts,
    /// Its claims; empty if the handoff is archived.
    pub claims: Vec<Claim>,
}

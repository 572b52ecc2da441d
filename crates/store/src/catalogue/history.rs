//! What is kept of the past: versions, and the feed of changes.

use outbound_model::{ChangeKind, Claim, FindingCounts, Handoff, HandoffId, Timestamp};

/// Who does something, and when.
#[derive(Clone, Copy, Debug)]
pub struct Attribution<'a> {
    /// When.
    pub at: Timestamp,
    /// A login, a client id, or `command line`.
    pub by: &'a str,
}

/// A version to be saved.
#[derive(Clone, Debug)]
pub struct NewVersion<'v> {
    /// The handoff as it shall be.
    pub handoff: &'v Handoff,
    /// Who saves it, and when.
    pub act: Attribution<'v>,
    /// Why, in the author's words.
    pub note: Option<&'v str>,
    /// The rules that it breaks by itself.
    pub findings: FindingCounts,
    /// What it claims in the account.
    pub claims: &'v [Claim],
}

/// What is known of a saved version, without the handoff itself.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct VersionRecord {
    /// Its number in the handoff: 1, 2, 3 …
    pub number: i64,
    /// When it was saved.
    pub saved_at: Timestamp,
    /// Who saved it.
    pub saved_by: String,
    /// Why, if the author said.
    pub note: Option<String>,
}

/// Something that happened to a handoff.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct HandoffChange {
    /// Its number in the account: 1, 2, 3 … without a gap.
    pub sequence: i64,
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub by: String,
    /// What.
    pub kind: ChangeKind,
    /// To which handoff.
    pub handoff: HandoffId,
    /// The version that was saved, published, or the newest one.
    pub version: i64,
}

/// A key by which a client may send one creation several times, and one is made.
#[derive(Clone, Copy, Debug)]
pub struct IdempotencyKey<'k> {
    /// Who sends it: keys of others are other keys.
    pub principal: &'k str,
    /// The key itself.
    pub key: &'k str,
    /// SHA-256 of what is to be made.
    pub request_hash: &'k [u8],
    /// What is made.
    pub handoff: &'k HandoffId,
    /// From when on it may be forgotten.
    pub expires_at: Timestamp,
}

/// What an earlier request with an idempotency key made.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct EarlierCreation {
    /// SHA-256 of what was asked for.
    pub request_hash: Vec<u8>,
    /// The handoff that was made.
    pub handoff: HandoffId,
}

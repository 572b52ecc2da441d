//! Records of versions and of the change feed, and idempotency keys.

use outbound_model::{ChangeDetails, ChangeKind, Claim, FindingCounts, Handoff, HandoffId, Timestamp};

/// The author and the time of a change.
#[derive(Clone, Copy, Debug)]
pub struct Attribution<'a> {
    /// When the change was made.
    pub at: Timestamp,
    /// A login, a client id, or `command line`.
    pub by: &'a str,
}

/// A version to save.
#[derive(Clone, Debug)]
pub struct NewVersion<'v> {
    /// The content of the version.
    pub handoff: &'v Handoff,
    /// Who saves it, and when.
    pub attribution: Attribution<'v>,
    /// The author's note.
    pub note: Option<&'v str>,
    /// Number of findings in this version alone, without contradicted claims.
    pub findings: FindingCounts,
    /// Its claims in the account.
    pub claims: &'v [Claim],
}

/// Metadata of a saved version.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct VersionRecord {
    /// Number in the handoff, counted from 1.
    pub number: i64,
    /// When it was saved.
    pub saved_at: Timestamp,
    /// Who saved it.
    pub saved_by: String,
    /// The author's note.
    pub note: Option<String>,
}

/// An entry of the change feed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FeedEntry {
    /// Number in the account, counted from 1 without gaps.
    pub sequence: i64,
    /// When the change was made.
    pub at: Timestamp,
    /// Who made it.
    pub by: String,
    /// The kind of change.
    pub kind: ChangeKind,
    /// What was changed.
    pub subject: ChangeSubject,
}

/// What an entry of the change feed is about.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ChangeSubject {
    /// A handoff.
    Handoff {
        /// The changed handoff.
        handoff: HandoffId,
        /// The saved or published version; otherwise the newest one.
        version: i64,
    },
    /// A campaign, a message or a consumer.
    Campaign(Box<ChangeDetails>),
}

/// A change of a campaign, a message or a consumer that the change feed does not have yet.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewChange {
    /// When the change was made.
    pub at: Timestamp,
    /// Who made it.
    pub by: String,
    /// The kind of change.
    pub kind: ChangeKind,
    /// Of changes with the same key, the feed has one.
    pub key: Option<String>,
    /// What was changed.
    pub details: ChangeDetails,
}

/// A key that a client sends with a request to create a handoff. Repeated requests with the same key create
/// only one.
#[derive(Clone, Copy, Debug)]
pub struct IdempotencyKey<'k> {
    /// The caller. Each caller has its own keys.
    pub principal: &'k str,
    /// The key, as sent.
    pub key: &'k str,
    /// SHA-256 of the request.
    pub request_hash: &'k [u8],
    /// The id of the new handoff.
    pub handoff: &'k HandoffId,
    /// When the key expires.
    pub expires_at: Timestamp,
}

/// The result of an earlier request with the same idempotency key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct EarlierCreation {
    /// SHA-256 of that request.
    pub request_hash: Vec<u8>,
    /// The handoff that it created.
    pub handoff: HandoffId,
}

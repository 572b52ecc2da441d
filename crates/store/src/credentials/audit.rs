//! Entries of the audit log.

use outbound_model::{AuditAction, Timestamp};

/// The maximum length of [`AuditEntry::details`] that is read. Longer ones are read as an object with their `length`.
pub const MAX_AUDIT_DETAILS: usize = 4096;

/// An entry to add to the audit log. Must not contain secrets.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AuditEntry {
    /// When it happened.
    pub at: Timestamp,
    /// Who did it: a login name, a client id, `command line`, or `outbound` for automatic actions.
    pub actor: String,
    /// The action.
    pub action: AuditAction,
    /// The object of the action, such as a client id or a login name.
    pub subject: String,
    /// The network address of the caller, if there is one.
    pub address: Option<String>,
    /// More details, as a JSON object of up to [`MAX_AUDIT_DETAILS`] bytes.
    pub details: String,
}

/// An entry with its number in the account, counted from 1 without gaps.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AuditRecord {
    /// The number.
    pub sequence: i64,
    /// The entry.
    pub entry: AuditEntry,
}

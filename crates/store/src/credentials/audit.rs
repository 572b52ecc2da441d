//! The audit of an account.

use outbound_model::{AuditAction, Timestamp};

/// Something that was done, for the audit. Never holds a secret.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AuditEntry {
    /// When.
    pub at: Timestamp,
    /// Who: a login, a client id, `command line`, or `outbound` for the program itself.
    pub actor: String,
    /// What.
    pub action: AuditAction,
    /// To what: a client id, a login.
    pub subject: String,
    /// From where, if somebody called.
    pub address: Option<String>,
    /// More, as a JSON object.
    pub details: String,
}

/// An entry with its number in the account: 1, 2, 3 …
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AuditRecord {
    /// The number.
    pub sequence: i64,
    /// The entry.
    pub entry: AuditEntry,
}

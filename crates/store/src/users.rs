//! Users, their sessions, and the audit: what goes into the store and comes out of it.

use std::fmt;

use outbound_model::{AccountId, AuditAction, Role, Timestamp, UserId, Username};

/// A person who may log in to an account.
#[derive(Clone, Eq, PartialEq)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// The login name.
    pub name: Username,
    /// What it may do.
    pub role: Role,
    /// Of the password, in the PHC string format.
    pub password_hash: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Timestamp>,
}

impl fmt::Debug for User {
    /// Without the hash, which a guesser could work on.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("role", &self.role)
            .field("created_at", &self.created_at)
            .field("revoked_at", &self.revoked_at)
            .finish_non_exhaustive()
    }
}

/// What a login opened. Its three secrets are known only as SHA-256.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Session {
    /// Of the cookie.
    pub cookie_hash: Vec<u8>,
    /// Of what must come with the cookie.
    pub csrf_hash: Vec<u8>,
    /// Of the bearer token.
    pub bearer_hash: Vec<u8>,
    /// Whose it is.
    pub user: UserId,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it ends, however often it is refreshed.
    pub expires_at: Timestamp,
    /// When it ends unless it is refreshed; never after `expires_at`.
    pub idle_until: Timestamp,
}

/// A session with its user.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FoundSession {
    /// The account of both.
    pub account: AccountId,
    /// The session, over or not.
    pub session: Session,
    /// Its user, revoked or not.
    pub user: User,
}

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

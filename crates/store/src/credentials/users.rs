//! Users of accounts.

use std::fmt;

use outbound_model::{Role, Timestamp, UserId, Username};

/// A person with a login to an account.
#[derive(Clone, Eq, PartialEq)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// The login name.
    pub name: Username,
    /// The role, which determines the user's rights.
    pub role: Role,
    /// Hash of the password, in the PHC string format.
    pub password_hash: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Timestamp>,
}

impl fmt::Debug for User {
    /// Omits the password hash, which could be attacked offline.
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

//! Why the store could not do what it was asked.

use outbound_model::{AccountId, HandoffId};

/// An error of any engine.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The text names no database that we can open; the sentence says what would.
    #[error("not the address of a database: {0}")]
    Url(String),
    /// The database cannot be reached or has no connection free; trying again later may help.
    #[error("the database is not available")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Somebody else has been writing for longer than we wait.
    #[error("another write to the database, such as a large import, is not done yet; try again later")]
    Busy(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// No such account.
    #[error("there is no account {0}")]
    UnknownAccount(AccountId),
    /// The account exists already.
    #[error("the account {0} exists already")]
    AccountExists(AccountId),
    /// No such handoff in the account.
    #[error("there is no handoff {0}")]
    UnknownHandoff(HandoffId),
    /// Another handoff of the account has this name (compared without case, after NFC).
    #[error("another handoff is named \"{0}\"")]
    NameTaken(String),
    /// Somebody else wrote the same thing first.
    #[error("somebody else wrote first")]
    Conflict,
    /// A row that cannot be read; somebody changed the database by hand, or it is damaged.
    #[error("the database holds something unreadable: {0}")]
    Corrupt(String),
    /// The database is newer or older than this program, or is not ours.
    #[error("the database's schema does not fit this program")]
    Schema(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// SQLite's operational file is missing, or belongs to another database; the sentence says what to do.
    #[error("{0}")]
    OperationalFile(String),
    /// Anything else the engine reports.
    #[error("the database refused")]
    Engine(#[source] Box<dyn std::error::Error + Send + Sync>),
}

//! Errors of the store.

use outbound_model::{AccountId, HandoffId};

/// An error of any engine.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The URL is not valid. The message says what is expected.
    #[error("invalid database URL: {0}")]
    Url(String),
    /// The database cannot be reached, or no connection is free. Retrying may help.
    #[error("the database is not available")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Another writer held the lock for longer than the timeout.
    #[error("another write to the database, such as a large import, is still running; try again later")]
    Busy(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// No such account.
    #[error("there is no account {0}")]
    UnknownAccount(AccountId),
    /// The account already exists.
    #[error("the account {0} already exists")]
    AccountExists(AccountId),
    /// No such handoff in the account.
    #[error("there is no handoff {0}")]
    UnknownHandoff(HandoffId),
    /// Another handoff of the account has this name (compared without case, after NFC).
    #[error("another handoff has the name \"{0}\"")]
    NameTaken(String),
    /// A unique key is taken, for example by a concurrent request.
    #[error("the data already exists or was changed by a concurrent request")]
    Conflict,
    /// A row cannot be read, because the database was edited or is damaged.
    #[error("the database contains invalid data: {0}")]
    Corrupt(String),
    /// The database was created by a newer or older version, or by another program.
    #[error("the schema of the database does not match this version of Outbound")]
    Schema(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// SQLite's operational file is missing or belongs to another database. The message says what to do.
    #[error("{0}")]
    OperationalFile(String),
    /// PostgreSQL stores no text with the character NUL.
    #[error("text must not contain the character NUL")]
    Nul,
    /// Any other error of the engine.
    #[error("the database reported an error")]
    Engine(#[source] Box<dyn std::error::Error + Send + Sync>),
}

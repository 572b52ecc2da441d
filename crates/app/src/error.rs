//! Why a use case did not do what it was asked; each door turns it into its own form in one place.

use outbound_auth::{AuthError, OAuth1Error, TokenError};
use outbound_model::{AccountId, AppKey, ClientId, Invalid, Username};
use outbound_store::StoreError;

use crate::MAX_API_KEYS;

/// The error of every use case.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The caller may not do this.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Something the caller gave is not valid.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// There is no such account. Only for those who may know.
    #[error("there is no account {0}")]
    UnknownAccount(AccountId),
    /// The account exists already.
    #[error("the account {0} exists already")]
    AccountExists(AccountId),
    /// There is no such client in the account.
    #[error("there is no client {0} in this account")]
    UnknownClient(ClientId),
    /// There is no such API key in the account.
    #[error("there is no API key {0} in this account")]
    UnknownApiKey(AppKey),
    /// The account may not have more API keys.
    #[error("the account has {MAX_API_KEYS} API keys, revoked ones counted, and cannot have more")]
    TooManyApiKeys,
    /// There is no such user in the account.
    #[error("there is no user {0} in this account")]
    UnknownUser(Username),
    /// Another user has or had this login name.
    #[error("the login name {0} is taken in this account")]
    UsernameTaken(Username),
    /// Another handoff has this name.
    #[error("another handoff of the account is named \"{0}\"")]
    NameTaken(String),
    /// The database cannot be reached, or somebody else has been writing for too long.
    #[error(transparent)]
    Unavailable(StoreError),
    /// Our own fault, or the database's.
    #[error("something went wrong inside")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Why a caller is turned away.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// The token itself is not good.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The signature, or what it comes with, is not good.
    #[error(transparent)]
    OAuth1(#[from] OAuth1Error),
    /// The client that the token was given to is revoked or gone.
    #[error("the client of this access token has been revoked")]
    Revoked,
    /// The API key that signed is revoked.
    #[error("this API key has been revoked")]
    RevokedApiKey,
    /// The bearer is of no session, or of one that is over.
    #[error("this bearer is unknown or its session has ended; log in again")]
    SessionOver,
    /// The credential belongs to another account, whether or not the wanted one exists.
    #[error("this credential does not belong to this account")]
    OtherAccount,
    /// The credential does not include the right.
    #[error("this credential does not include the right to do this")]
    NoRight,
}

impl From<TokenError> for AppError {
    fn from(error: TokenError) -> Self {
        AppError::Refused(error.into())
    }
}

impl From<OAuth1Error> for AppError {
    fn from(error: OAuth1Error) -> Self {
        AppError::Refused(error.into())
    }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) | StoreError::Busy(_) => AppError::Unavailable(error),
            StoreError::UnknownAccount(account) => AppError::UnknownAccount(account),
            StoreError::AccountExists(account) => AppError::AccountExists(account),
            StoreError::NameTaken(name) => AppError::NameTaken(name),
            other => AppError::Internal(Box::new(other)),
        }
    }
}

impl From<AuthError> for AppError {
    fn from(error: AuthError) -> Self {
        AppError::Internal(Box::new(error))
    }
}

impl From<serde_json::Error> for AppError {
    fn from(error: serde_json::Error) -> Self {
        AppError::Internal(Box::new(error))
    }
}

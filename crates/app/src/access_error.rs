//! Why a caller is rejected.

use outbound_auth::{OAuth1Error, TokenError};

use crate::AppError;

/// Why a caller is not authenticated or not authorized.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum AccessError {
    /// The token is invalid.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The signature or one of its parameters is invalid.
    #[error(transparent)]
    OAuth1(#[from] OAuth1Error),
    /// The client of the token is revoked or does not exist.
    #[error("the client of this access token has been revoked")]
    Revoked,
    /// The API key of the signature is revoked.
    #[error("this API key has been revoked")]
    RevokedApiKey,
    /// The bearer belongs to no session, or to one that has ended.
    #[error("this bearer is unknown or its session has ended; log in again")]
    SessionOver,
    /// The credential belongs to another account. The same whether or not the requested account exists.
    #[error("this credential does not belong to this account")]
    OtherAccount,
    /// The credential does not include the right.
    #[error("this credential does not include the right to do this")]
    NoRight,
}

impl From<TokenError> for AppError {
    fn from(error: TokenError) -> Self {
        AppError::Access(error.into())
    }
}

impl From<OAuth1Error> for AppError {
    fn from(error: OAuth1Error) -> Self {
        AppError::Access(error.into())
    }
}

//! Whether the caller may see complete addresses.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use outbound_app::{AccessError, App, AppError, Credential, Grant, ManageCredentials};

use crate::error::ApiError;
use crate::extract::PathAccount;
use crate::extract::credential::credential;

/// Whether the caller is an administrator of the account in the path. Use it after `Authorized`, which rejects others.
pub(crate) struct Administrator(pub(crate) bool);

impl FromRequestParts<App> for Administrator {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let PathAccount(account) = PathAccount::from_request_parts(parts, app).await?;
        let credential = credential(parts)?;
        // Tokens of clients never have this right.
        let is_user = matches!(credential, Credential::LeBearer(_));
        let has_right = async || has_right(app.authorize(account.as_ref(), &credential).await);
        Ok(Self(is_user && has_right().await?))
    }
}

/// Other errors than a missing right are not an answer: the database may be unavailable.
fn has_right(authorized: Result<Grant<ManageCredentials>, AppError>) -> Result<bool, AppError> {
    match authorized {
        Ok(_) => Ok(true),
        Err(AppError::Access(AccessError::NoRight)) => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_missing_right_means_that_addresses_are_masked() {
        assert!(!has_right(Err(AccessError::NoRight.into())).unwrap());
        for error in [AccessError::SessionOver.into(), AppError::Internal("an error of the database".into())]
        {
            assert!(has_right(Err(error)).is_err());
        }
    }
}

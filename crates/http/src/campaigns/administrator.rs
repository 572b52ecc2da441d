//! Whether the caller may see complete addresses.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use outbound_app::{App, Credential, ManageCredentials};

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
        Ok(Self(is_user && app.authorize::<ManageCredentials>(account.as_ref(), &credential).await.is_ok()))
    }
}

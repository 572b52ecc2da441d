//! The caller of LivePerson's Proactive Messaging API, which accepts no other credential than an AppJWT.

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use outbound_app::{App, Credential, Grant, Right};

use crate::error::ApiError;
use crate::extract::Authorized;
use crate::extract::credential::credential;

/// The proof that a client with an AppJWT has the right `R` in the account of the path.
pub(crate) struct AuthorizedClient<R>(pub(crate) Grant<R>);

impl<R: Right + Send> FromRequestParts<App> for AuthorizedClient<R> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let credential = credential(parts).map_err(|_| ApiError::missing_access_token())?;
        let Authorized(grant) = Authorized::<R>::from_request_parts(parts, app).await?;
        match credential {
            Credential::AppJwt(_) => Ok(Self(grant)),
            Credential::LeBearer(_) | Credential::OAuth1(_) => {
                let message = "this API requires an access token of a client (AppJWT)";
                Err(ApiError::new(StatusCode::FORBIDDEN, "no_right", message))
            }
        }
    }
}

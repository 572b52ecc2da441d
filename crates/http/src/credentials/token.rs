//! The token endpoint in both documented versions (contract §2.1). The vendor uses different signing keys for them;
//! this server uses the same rotating keys for both.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use outbound_app::{App, GrantError, TokenRequest};
use outbound_model::AccountId;
use serde::Serialize;
use utoipa::ToSchema;

use super::oauth_error::{OAuthError, TokenErrorResponse};
use super::token_request::{ClientCredentials, TokenForm};
use crate::edge::Caller;
use crate::error::{ErrorBody, OAuthErrorBody};
use crate::extract::PathAccount;

/// An access token.
#[derive(Serialize, ToSchema)]
pub(crate) struct TokenResponse {
    /// The AppJWT.
    access_token: String,
    /// Always `Bearer`.
    token_type: &'static str,
    /// Seconds until the token expires, as a string, which some clients require.
    #[schema(example = "3600")]
    expires_in: String,
}

/// Create an access token (v1)
///
/// OAuth 2.0 client credentials grant. The parameters may be in the body, in the query, or both.
#[utoipa::path(
    post,
    operation_id = "createToken",
    path = "/sentinel/api/account/{accountId}/app/token",
    tag = "Tokens",
    params(("accountId" = AccountId, Path, description = "The brand's account (site id)", example = "12345678")),
    request_body(content = TokenForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "A token that is valid for one hour", body = TokenResponse),
        (status = 400, description = "A parameter is missing or invalid", body = TokenErrorResponse),
        (status = 401, description = "Unknown client or wrong secret", body = OAuthErrorBody),
        (status = 408, description = "The body did not arrive in time", body = OAuthErrorBody),
        (status = 413, description = "The body is too long", body = OAuthErrorBody),
        (status = 415, description = "The body is not a form", body = OAuthErrorBody),
        (status = 429, description = "The request budget is used up; no token was created", body = ErrorBody),
    ),
)]
pub(crate) async fn grant_v1(
    account: PathAccount,
    State(app): State<App>,
    caller: Caller,
    credentials: ClientCredentials,
) -> Result<Response, OAuthError> {
    grant(&app, &caller, account, credentials).await
}

/// Create an access token (v2)
///
/// The same as v1, with the newer path.
#[utoipa::path(
    post,
    operation_id = "createTokenV2",
    path = "/sentinel/api/v2/account/{accountId}/app/token",
    tag = "Tokens",
    params(("accountId" = AccountId, Path, description = "The brand's account (site id)", example = "12345678")),
    request_body(content = TokenForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "A token that is valid for one hour", body = TokenResponse),
        (status = 400, description = "A parameter is missing or invalid", body = TokenErrorResponse),
        (status = 401, description = "Unknown client or wrong secret", body = OAuthErrorBody),
        (status = 408, description = "The body did not arrive in time", body = OAuthErrorBody),
        (status = 413, description = "The body is too long", body = OAuthErrorBody),
        (status = 415, description = "The body is not a form", body = OAuthErrorBody),
        (status = 429, description = "The request budget is used up; no token was created", body = ErrorBody),
    ),
)]
pub(crate) async fn grant_v2(
    account: PathAccount,
    State(app): State<App>,
    caller: Caller,
    credentials: ClientCredentials,
) -> Result<Response, OAuthError> {
    grant(&app, &caller, account, credentials).await
}

async fn grant(
    app: &App,
    caller: &Caller,
    account: PathAccount,
    credentials: ClientCredentials,
) -> Result<Response, OAuthError> {
    if let Err(error) = caller.prepay() {
        return Ok(error.into_response());
    }
    // An invalid account id is reported like an unknown client, so that the response does not reveal which accounts
    // exist.
    let account = account.0.ok_or(GrantError::InvalidClient)?;
    let ClientCredentials { client_id, client_secret, scope } = credentials;
    let request = TokenRequest { account: account.clone(), client_id, client_secret, scope };
    let proven = app.authenticate_client(request).await?;
    if let Err(error) = caller.charge(&account, app.requests_per_second(&account)) {
        return Ok(error.into_response());
    }
    let granted = app.issue_token(proven).await.map_err(GrantError::from)?;
    let response = TokenResponse {
        access_token: granted.access_token,
        token_type: "Bearer",
        expires_in: granted.expires_in.to_string(),
    };
    let headers = [
        (header::CONTENT_TYPE, "application/json;charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::PRAGMA, "no-cache"),
    ];
    Ok((headers, Json(response)).into_response())
}

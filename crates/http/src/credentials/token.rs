//! The token endpoint, in both documented versions (contract §2.1). They differ for the vendor in
//! the key that signs; ours rotates for both.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use outbound_app::{App, GrantRefusal, TokenRequest};
use outbound_model::AccountId;
use serde::Serialize;
use utoipa::ToSchema;

use super::oauth_error::{OAuthError, TokenRefused};
use super::token_request::{ClientCredentials, TokenForm};
use crate::edge::Caller;
use crate::error::{ErrorBody, OAuthErrorBody};
use crate::extract::PathAccount;

/// A token.
#[derive(Serialize, ToSchema)]
pub(crate) struct TokenAnswer {
    /// The AppJWT.
    access_token: String,
    /// Always `Bearer`.
    token_type: &'static str,
    /// Seconds until it expires, as a text: some clients insist.
    #[schema(example = "3600")]
    expires_in: String,
}

/// An access token (v1)
///
/// OAuth 2.0 client credentials. The parameters may stand in the body, in the query, or both.
#[utoipa::path(
    post,
    operation_id = "createToken",
    path = "/sentinel/api/account/{accountId}/app/token",
    tag = "Tokens",
    params(("accountId" = AccountId, Path, description = "The brand's account (site id)", example = "12345678")),
    request_body(content = TokenForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "A token of one hour", body = TokenAnswer),
        (status = 400, description = "A parameter is missing or wrong", body = TokenRefused),
        (status = 401, description = "Unknown client or wrong secret", body = OAuthErrorBody),
        (status = 408, description = "The body did not arrive in time", body = OAuthErrorBody),
        (status = 413, description = "The body is too long", body = OAuthErrorBody),
        (status = 415, description = "The body is not a form", body = OAuthErrorBody),
        (status = 429, description = "The budget of requests is spent; no token was made", body = ErrorBody),
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

/// An access token (v2)
///
/// The same as v1, under the newer path.
#[utoipa::path(
    post,
    operation_id = "createTokenV2",
    path = "/sentinel/api/v2/account/{accountId}/app/token",
    tag = "Tokens",
    params(("accountId" = AccountId, Path, description = "The brand's account (site id)", example = "12345678")),
    request_body(content = TokenForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "A token of one hour", body = TokenAnswer),
        (status = 400, description = "A parameter is missing or wrong", body = TokenRefused),
        (status = 401, description = "Unknown client or wrong secret", body = OAuthErrorBody),
        (status = 408, description = "The body did not arrive in time", body = OAuthErrorBody),
        (status = 413, description = "The body is too long", body = OAuthErrorBody),
        (status = 415, description = "The body is not a form", body = OAuthErrorBody),
        (status = 429, description = "The budget of requests is spent; no token was made", body = ErrorBody),
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
    from: ClientCredentials,
) -> Result<Response, OAuthError> {
    if let Err(spent) = caller.prepay() {
        return Ok(spent.into_response());
    }
    // An account that cannot be has no client either; which accounts exist is nobody's business.
    let account = account.0.ok_or(GrantRefusal::InvalidClient)?;
    let ClientCredentials { client_id, client_secret, scope } = from;
    let request = TokenRequest { account: account.clone(), client_id, client_secret, scope };
    let proven = app.authenticate_client(request).await?;
    if let Err(spent) = caller.charge(&account, app.requests_per_second(&account)) {
        return Ok(spent.into_response());
    }
    let granted = app.issue_token(proven).await.map_err(GrantRefusal::from)?;
    let answer = TokenAnswer {
        access_token: granted.access_token,
        token_type: "Bearer",
        expires_in: granted.expires_in.to_string(),
    };
    let headers = [
        (header::CONTENT_TYPE, "application/json;charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::PRAGMA, "no-cache"),
    ];
    Ok((headers, Json(answer)).into_response())
}

//! Login, refresh and logout of users, compatible with the Login Service (contract §2.3).

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use outbound_app::{App, AuthenticatedSession, LoginRejection, LoginRequest, SESSION_SECONDS};
use outbound_model::AccountId;

use super::login_error::{LoginError, LoginErrorBody, LoginErrorResponse, LoginProblem};
use super::login_request::{CsrfBody, LoginBody, SESSION_COOKIE, SessionTokens, UserLogin};
use super::login_response::{LoginResponse, login_response};
use crate::edge::Caller;
use crate::error::{ApiError, ErrorBody};
use crate::extract::PathAccount;

/// Log in
///
/// Starts a session, which lasts up to eight hours and ends after an hour without refresh. `bearer` is the token for
/// API requests; the cookie and `csrf` are for refresh and logout. After five failed attempts within 15 minutes, the
/// login name is locked for this address for 15 minutes.
#[utoipa::path(
    post,
    operation_id = "logIn",
    path = "/api/account/{accountId}/login",
    tag = "Login",
    params(
        ("accountId" = AccountId, Path, description = "The brand's account (site id)", example = "12345678"),
        ("v" = String, Query, description = "Always `1.3`", pattern = r"^1\.3$", example = "1.3"),
    ),
    request_body = LoginBody,
    responses(
        (status = 200, description = "The session", body = LoginResponse, headers(("Set-Cookie" = String))),
        (status = 400, description = "The query or the body is invalid, or it is an application login",
            body = LoginErrorResponse),
        (status = 401, description = "Wrong account, user or password", body = LoginErrorBody),
        (status = 429, description = "Too many logins, or too many failed ones", body = LoginErrorResponse,
            headers(("Retry-After" = u32))),
    ),
)]
pub(crate) async fn log_in(
    PathAccount(account): PathAccount,
    State(app): State<App>,
    caller: Caller,
    UserLogin { username, password }: UserLogin,
) -> Result<Response, LoginError> {
    caller.prepay().map_err(|error| budget_error(&app, error))?;
    let account = valid_account(&app, account, LoginRejection::Credentials)?;
    let request = LoginRequest { account: account.clone(), username, password, address: caller.address() };
    let proven = app.authenticate_user(request).await.map_err(|rejection| login_error(&app, rejection))?;
    charge(&app, &caller, &account)?;
    let login = app.open_login(proven).await.map_err(|rejection| login_error(&app, rejection))?;
    let cookie = cookie(&app, &account, login.cookie.expose(), SESSION_SECONDS);
    let headers = [(header::SET_COOKIE, cookie), (header::CACHE_CONTROL, "no-store".to_owned())];
    Ok((headers, Json(login_response(&app, &account, &login))).into_response())
}

/// Refresh a session
///
/// Extends the session to an hour from now, but not beyond eight hours after the login.
#[utoipa::path(
    post,
    operation_id = "refreshSession",
    path = "/api/account/{accountId}/refresh",
    tag = "Login",
    params(
        ("accountId" = AccountId, Path, description = "The brand's account (site id)", example = "12345678"),
        ("Session_id" = String, Cookie, description = "The cookie from the login"),
    ),
    request_body = CsrfBody,
    responses(
        (status = 200, description = "Success, without a body", headers(("Set-Cookie" = String))),
        (status = 400, description = "The body is invalid", body = LoginErrorResponse),
        (status = 401, description = "The session has ended, or `csrf` does not belong to it", body = LoginErrorBody),
        (status = 429, description = "The request budget is used up; nothing was changed", body = ErrorBody),
    ),
)]
pub(crate) async fn refresh(
    account: PathAccount,
    State(app): State<App>,
    caller: Caller,
    tokens: SessionTokens,
) -> Result<Response, LoginError> {
    let secret = tokens.cookie.clone();
    let (account, session) = authenticate(&app, &caller, account, tokens).await?;
    let session = app.refresh(session).await.map_err(|error| login_error(&app, error.into()))?;
    let remaining_seconds = session.expires_at.seconds() - app.now().seconds();
    Ok([(header::SET_COOKIE, cookie(&app, &account, secret.expose(), remaining_seconds))].into_response())
}

/// Log out
///
/// Ends the session. Its bearer token is rejected from now on.
#[utoipa::path(
    post,
    operation_id = "logOut",
    path = "/api/account/{accountId}/logout",
    tag = "Login",
    params(
        ("accountId" = AccountId, Path, description = "The brand's account (site id)", example = "12345678"),
        ("Session_id" = String, Cookie, description = "The cookie from the login"),
    ),
    request_body = CsrfBody,
    responses(
        (status = 200, description = "Success, without a body", headers(("Set-Cookie" = String))),
        (status = 400, description = "The body is invalid", body = LoginErrorResponse),
        (status = 401, description = "The session has ended, or `csrf` does not belong to it", body = LoginErrorBody),
        (status = 429, description = "The request budget is used up; nothing was changed", body = ErrorBody),
    ),
)]
pub(crate) async fn log_out(
    account: PathAccount,
    State(app): State<App>,
    caller: Caller,
    tokens: SessionTokens,
) -> Result<Response, LoginError> {
    let (account, session) = authenticate(&app, &caller, account, tokens).await?;
    app.end(session).await.map_err(|error| login_error(&app, error.into()))?;
    Ok([(header::SET_COOKIE, cookie(&app, &account, "", 0))].into_response())
}

/// Authenticates a session and charges the request to its account.
async fn authenticate(
    app: &App,
    caller: &Caller,
    PathAccount(account): PathAccount,
    SessionTokens { cookie, csrf }: SessionTokens,
) -> Result<(AccountId, AuthenticatedSession), LoginError> {
    let account = valid_account(app, account, LoginRejection::SessionOver)?;
    let session = app.authenticate_session(&account, &cookie, &csrf).await;
    let session = session.map_err(|rejection| login_error(app, rejection))?;
    charge(app, caller, &account)?;
    Ok((account, session))
}

/// Charges the request to the account's budget.
fn charge(app: &App, caller: &Caller, account: &AccountId) -> Result<(), LoginError> {
    let charged = caller.charge(account, app.requests_per_second(account));
    charged.map_err(|error| budget_error(app, error))
}

fn budget_error(app: &App, error: ApiError) -> LoginError {
    LoginError { at: app.now(), problem: LoginProblem::Budget(Box::new(error)) }
}

/// Rejects an invalid account id like an account that does not exist.
fn valid_account(
    app: &App,
    account: Option<AccountId>,
    rejection: LoginRejection,
) -> Result<AccountId, LoginError> {
    account.ok_or_else(|| login_error(app, rejection))
}

fn login_error(app: &App, rejection: LoginRejection) -> LoginError {
    LoginError { at: app.now(), problem: LoginProblem::Rejected(rejection) }
}

/// Returns a session cookie for this account, which scripts and other sites cannot access.
fn cookie(app: &App, account: &AccountId, value: &str, seconds: i64) -> String {
    let secure = if app.behind_tls() { "; Secure" } else { "" };
    format!(
        "{SESSION_COOKIE}={value}; Path=/api/account/{account}; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"
    )
}

//! Login, refresh and logout of people, as the Login Service has them (contract §2.3).

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use outbound_app::{App, Login, LoginRefusal, LoginRequest, SESSION_SECONDS};
use outbound_model::{AccountId, Role};
use serde::Serialize;
use utoipa::ToSchema;

use super::login_error::{LoginError, LoginErrorBody, LoginProblem, LoginRefused};
use super::login_request::{CsrfBody, LoginBody, SESSION_COOKIE, SessionTokens, UserLogin};
use crate::accounts::domains::BaseUris;
use crate::edge::Caller;
use crate::error::ErrorBody;
use crate::extract::PathAccount;

/// An open session.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LoginAnswer {
    /// Must come with the cookie at refresh and logout.
    csrf: String,
    /// A number of this session.
    #[schema(example = "766900772095619056")]
    wsuk: String,
    /// The user and the server's time.
    config: Config,
    /// The hosts of the services, as the domain API answers them.
    csds_collection_response: BaseUris,
    /// The groups of the user's agents; here always the one that every account has.
    account_data: AccountData,
    /// Milliseconds that the session lives at most.
    #[serde(rename = "sessionTTl")]
    #[schema(example = "28800000")]
    session_ttl: String,
    /// The value of the cookie.
    session_id: String,
    /// The token for the API's calls: 64 hexadecimal digits.
    bearer: String,
}

/// The user and the server's time.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Config {
    login_name: String,
    #[schema(example = "3705342610")]
    user_id: String,
    /// Always empty: what a user may do here follows from its role.
    user_privileges: Vec<u32>,
    /// Milliseconds since 1970.
    server_current_time: i64,
    /// Milliseconds from the server's time zone to the account's.
    time_diff: i64,
    #[schema(example = "UTC")]
    server_time_zone_name: &'static str,
    #[serde(rename = "serverTimeGMTDiff")]
    server_time_gmt_diff: i64,
    #[serde(rename = "isLPA")]
    is_lpa: bool,
    is_admin: bool,
    #[schema(example = "UTC")]
    account_time_zone_id: &'static str,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AccountData {
    agent_groups_data: AgentGroups,
}

#[derive(Serialize, ToSchema)]
struct AgentGroups {
    items: Vec<AgentGroup>,
    revision: i64,
}

#[derive(Serialize, ToSchema)]
struct AgentGroup {
    id: i64,
    deleted: bool,
    name: &'static str,
}

/// Log in
///
/// Opens a session of eight hours that ends after an hour without refresh. `bearer` is the token of
/// the calls; the cookie and `csrf` are for refresh and logout. Five failures of a login from an
/// address within 15 minutes lock it out for 15 minutes.
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
        (status = 200, description = "The session", body = LoginAnswer, headers(("Set-Cookie" = String))),
        (status = 400, description = "Query or body are wrong, or an application logs in", body = LoginRefused),
        (status = 401, description = "Wrong account, user or password", body = LoginErrorBody),
        (status = 429, description = "Too many logins, or too many failed ones", body = LoginRefused,
            headers(("Retry-After" = u32))),
    ),
)]
pub(crate) async fn log_in(
    PathAccount(account): PathAccount,
    State(app): State<App>,
    caller: Caller,
    UserLogin { username, password }: UserLogin,
) -> Result<Response, LoginError> {
    if let Err(spent) = caller.prepay() {
        return Ok(spent.into_response());
    }
    let account = known(&app, account, LoginRefusal::Credentials)?;
    let request = LoginRequest { account: account.clone(), username, password, address: caller.address() };
    let proven = app.authenticate_user(request).await.map_err(|refusal| refused(&app, refusal))?;
    if let Err(spent) = caller.charge(&account, app.requests_per_second(&account)) {
        return Ok(spent.into_response());
    }
    let login = app.open_login(proven).await.map_err(|refusal| refused(&app, refusal))?;
    let cookie = cookie(&app, &account, login.cookie.expose(), SESSION_SECONDS);
    let headers = [(header::SET_COOKIE, cookie), (header::CACHE_CONTROL, "no-store".to_owned())];
    Ok((headers, Json(answer(&app, &account, &login))).into_response())
}

/// Keep a session open
///
/// It then ends an hour from now, but never later than eight hours after the login.
#[utoipa::path(
    post,
    operation_id = "refreshSession",
    path = "/api/account/{accountId}/refresh",
    tag = "Login",
    params(
        ("accountId" = AccountId, Path, description = "The brand's account (site id)", example = "12345678"),
        ("Session_id" = String, Cookie, description = "The cookie of the login"),
    ),
    request_body = CsrfBody,
    responses(
        (status = 200, description = "Done, without a body", headers(("Set-Cookie" = String))),
        (status = 400, description = "The body is wrong", body = LoginRefused),
        (status = 401, description = "The session is over, or `csrf` is not its", body = LoginErrorBody),
        (status = 429, description = "The budget of requests is spent; nothing was done", body = ErrorBody),
    ),
)]
pub(crate) async fn refresh(
    PathAccount(account): PathAccount,
    State(app): State<App>,
    caller: Caller,
    SessionTokens { cookie: value, csrf }: SessionTokens,
) -> Result<Response, LoginError> {
    let account = known(&app, account, LoginRefusal::SessionOver)?;
    let proven =
        app.authenticate_session(&account, &value, &csrf).await.map_err(|refusal| refused(&app, refusal))?;
    if let Err(spent) = caller.charge(&account, app.requests_per_second(&account)) {
        return Ok(spent.into_response());
    }
    let session = app.refresh(proven).await.map_err(|error| refused(&app, error.into()))?;
    let left = session.expires_at.seconds() - app.now().seconds();
    Ok(([(header::SET_COOKIE, cookie(&app, &account, value.expose(), left))]).into_response())
}

/// Log out
///
/// The session's bearer is refused from now on.
#[utoipa::path(
    post,
    operation_id = "logOut",
    path = "/api/account/{accountId}/logout",
    tag = "Login",
    params(
        ("accountId" = AccountId, Path, description = "The brand's account (site id)", example = "12345678"),
        ("Session_id" = String, Cookie, description = "The cookie of the login"),
    ),
    request_body = CsrfBody,
    responses(
        (status = 200, description = "Done, without a body", headers(("Set-Cookie" = String))),
        (status = 400, description = "The body is wrong", body = LoginRefused),
        (status = 401, description = "The session is over, or `csrf` is not its", body = LoginErrorBody),
        (status = 429, description = "The budget of requests is spent; nothing was done", body = ErrorBody),
    ),
)]
pub(crate) async fn log_out(
    PathAccount(account): PathAccount,
    State(app): State<App>,
    caller: Caller,
    SessionTokens { cookie: value, csrf }: SessionTokens,
) -> Result<Response, LoginError> {
    let account = known(&app, account, LoginRefusal::SessionOver)?;
    let proven =
        app.authenticate_session(&account, &value, &csrf).await.map_err(|refusal| refused(&app, refusal))?;
    if let Err(spent) = caller.charge(&account, app.requests_per_second(&account)) {
        return Ok(spent.into_response());
    }
    app.end(proven).await.map_err(|error| refused(&app, error.into()))?;
    Ok(([(header::SET_COOKIE, cookie(&app, &account, "", 0))]).into_response())
}

/// An account that cannot be is refused as one that is not there.
fn known(app: &App, account: Option<AccountId>, refusal: LoginRefusal) -> Result<AccountId, LoginError> {
    account.ok_or_else(|| refused(app, refusal))
}

fn refused(app: &App, refusal: LoginRefusal) -> LoginError {
    LoginError { at: app.now(), problem: LoginProblem::Refused(refusal) }
}

/// For this account only, out of reach for scripts and other sites.
fn cookie(app: &App, account: &AccountId, value: &str, seconds: i64) -> String {
    let secure = if app.behind_tls() { "; Secure" } else { "" };
    format!(
        "{SESSION_COOKIE}={value}; Path=/api/account/{account}; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"
    )
}

fn answer(app: &App, account: &AccountId, login: &Login) -> LoginAnswer {
    let group = AgentGroup { id: -1, deleted: false, name: "Main Group" };
    LoginAnswer {
        csrf: login.csrf.expose().to_owned(),
        wsuk: login.wsuk.to_string(),
        config: Config {
            login_name: login.user.name.to_string(),
            user_id: login.user.id.to_string(),
            user_privileges: Vec::new(),
            server_current_time: login.at.millis(),
            time_diff: 0,
            server_time_zone_name: "UTC",
            server_time_gmt_diff: 0,
            is_lpa: login.user.role == Role::Lpa,
            is_admin: login.user.role == Role::Administrator,
            account_time_zone_id: "UTC",
        },
        csds_collection_response: BaseUris::new(app.services(account)),
        account_data: AccountData { agent_groups_data: AgentGroups { items: vec![group], revision: 1 } },
        session_ttl: (SESSION_SECONDS * 1000).to_string(),
        session_id: login.cookie.expose().to_owned(),
        bearer: login.bearer.expose().to_owned(),
    }
}

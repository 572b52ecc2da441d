//! Parses the bodies and the cookie of login, refresh and logout.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use outbound_app::App;
use outbound_auth::Secret;
use serde::Deserialize;
use utoipa::ToSchema;

use super::login_error::{LoginError, LoginProblem};

/// The documented name of the cookie.
pub(crate) const SESSION_COOKIE: &str = "Session_id";

/// The login of a user or an application.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LoginBody {
    /// The login name.
    #[schema(example = "anna")]
    username: String,
    /// The password.
    password: Option<String>,
    /// Only in application logins, which are rejected.
    app_key: Option<String>,
}

/// The body of refresh and logout.
#[derive(Deserialize, ToSchema)]
pub(crate) struct CsrfBody {
    /// The `csrf` from the login.
    csrf: String,
}

/// The login of a user.
pub(crate) struct UserLogin {
    pub(crate) username: String,
    pub(crate) password: Secret,
}

impl FromRequest<App> for UserLogin {
    type Rejection = LoginError;

    async fn from_request(request: Request, app: &App) -> Result<Self, LoginError> {
        let login_error = |problem| LoginError { at: app.now(), problem };
        let query = request.uri().query().unwrap_or_default();
        let version = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "v");
        if version.is_none_or(|(_, version)| version != "1.3") {
            let problem = "v is required and must be 1.3".to_owned();
            return Err(login_error(LoginProblem::BadRequest(problem)));
        }
        let body: LoginBody = body(request, app).await.map_err(login_error)?;
        if body.app_key.is_some() {
            return Err(login_error(LoginProblem::Application));
        }
        let missing = || login_error(LoginProblem::BadRequest("password is missing".to_owned()));
        Ok(Self { username: body.username, password: Secret::new(body.password.ok_or_else(missing)?) })
    }
}

/// The cookie and the `csrf` value of a session. A missing cookie is treated as an empty one, which belongs to no
/// session.
pub(crate) struct SessionTokens {
    pub(crate) cookie: Secret,
    pub(crate) csrf: Secret,
}

impl FromRequest<App> for SessionTokens {
    type Rejection = LoginError;

    async fn from_request(request: Request, app: &App) -> Result<Self, LoginError> {
        let cookie = Secret::new(cookie(request.headers()).unwrap_or_default());
        let body: Result<CsrfBody, _> = body(request, app).await;
        let body = body.map_err(|problem| LoginError { at: app.now(), problem })?;
        Ok(Self { cookie, csrf: Secret::new(body.csrf) })
    }
}

/// Parses a JSON body. The content type may be missing; other types than JSON are rejected, so that other sites cannot
/// submit forms.
async fn body<T: for<'de> Deserialize<'de>>(request: Request, app: &App) -> Result<T, LoginProblem> {
    let bad = |problem: String| LoginProblem::BadRequest(problem);
    let value = request.headers().get(header::CONTENT_TYPE);
    let essence = value.map(|value| value.to_str().unwrap_or_default().split(';').next().unwrap_or_default());
    if essence.is_some_and(|essence| !essence.trim().eq_ignore_ascii_case("application/json")) {
        return Err(bad("the body must be application/json".to_owned()));
    }
    let bytes =
        Bytes::from_request(request, app).await.map_err(|_| bad("the body is incomplete".to_owned()))?;
    // Without the parser's message, which may contain part of a password.
    serde_json::from_slice(&bytes).map_err(|error| {
        bad(format!(
            "the body is not valid for this request (line {}, column {})",
            error.line(),
            error.column()
        ))
    })
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let values = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = values.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == SESSION_COOKIE).map(|(_, value)| value)
}

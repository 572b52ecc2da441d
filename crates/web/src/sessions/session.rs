//! Extractors for requests of users who are logged in. A handler with `LoggedIn<R>` or `Posted<R>` in its signature
//! is only called for users with the right `R`. Other visitors get the login page, which keeps a form that they
//! sent.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Redirect;
use outbound_app::{AccessError, App, AppError, Grant, Right, SESSION_SECONDS};
use outbound_auth::Secret;
use outbound_http::Caller;

use super::login;
use super::origin;
use crate::error::{PageError, incomplete_body};
use crate::fields::Fields;
use crate::layout::CSRF_FIELD;
use crate::notice::notice;
use crate::text;
use crate::theme::Theme;
use crate::upload;
pub(crate) use crate::visit::Visit;

impl Visit {
    async fn of(parts: &mut Parts, app: &App) -> Result<Self, AppError> {
        let cookie = session_cookie(app, &parts.headers).ok_or(AccessError::SessionOver)?;
        let session = app.web_session(&cookie).await?;
        let query = Fields::parse(parts.uri.query().unwrap_or_default().as_bytes());
        Ok(Self {
            session,
            cookie,
            theme: Theme::of_request(&parts.headers),
            path: path(parts),
            notice: query.get("done").and_then(notice),
        })
    }

    /// Charges the session's budget, which is separate from the budget of the account's API clients.
    async fn charge(&self, parts: &mut Parts) -> Result<(), PageError> {
        let caller = Caller::from_request_parts(parts, &()).await?;
        Ok(caller.charge_session(&self.session.user().account, &self.cookie.expose())?)
    }
}

/// A logged-in user with the right `R`.
pub(crate) struct LoggedIn<R> {
    pub(crate) grant: Grant<R>,
    pub(crate) visit: Visit,
}

impl<R: Right + Send> FromRequestParts<App> for LoggedIn<R> {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, PageError> {
        let visit = match Visit::of(parts, app).await {
            Err(AppError::Access(AccessError::SessionOver)) => return Err(to_login(parts)),
            visit => visit?,
        };
        visit.charge(parts).await?;
        Ok(Self { grant: visit.session.grant()?, visit })
    }
}

/// A form from a page of this site, sent by a logged-in user with the right `R`.
pub(crate) struct Posted<R> {
    pub(crate) grant: Grant<R>,
    pub(crate) visit: Visit,
    pub(crate) fields: Fields,
}

impl<R: Right + Send> FromRequest<App> for Posted<R> {
    type Rejection = PageError;

    async fn from_request(request: Request, app: &App) -> Result<Self, PageError> {
        let (mut parts, body) = request.into_parts();
        let Form(fields) = Form::from_request(Request::from_parts(parts.clone(), body), app).await?;
        let visit = match Visit::of(&mut parts, app).await {
            Err(AppError::Access(AccessError::SessionOver)) => {
                return Err(login::ask_again(&parts.headers, &path(&parts), &fields).into());
            }
            visit => visit?,
        };
        visit.charge(&mut parts).await?;
        if !app.is_form_token(&visit.cookie, &Secret::new(fields.text(CSRF_FIELD))) {
            return Err(PageError::new(StatusCode::FORBIDDEN, "csrf", text::form_from_other_session()));
        }
        Ok(Self { grant: visit.session.grant()?, visit, fields })
    }
}

/// The fields of a form from a page of this site, sent by anybody.
pub(crate) struct Form(pub(crate) Fields);

impl FromRequest<App> for Form {
    type Rejection = PageError;

    async fn from_request(request: Request, app: &App) -> Result<Self, PageError> {
        origin::check_same_origin(request.headers(), app)?;
        if upload::is_upload(request.headers()) {
            return upload::read(request, app).await.map(Self);
        }
        let body = Bytes::from_request(request, app).await.map_err(incomplete_body)?;
        Ok(Self(Fields::parse(&body)))
    }
}

/// Path and query string of a request.
fn path(parts: &Parts) -> String {
    parts.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned()
}

fn to_login(parts: &Parts) -> PageError {
    let path = path(parts);
    let fields = if path == "/" { Fields::default() } else { Fields::default().with("back", &path) };
    Redirect::to(&fields.href(login::PATH)).into()
}

/// The prefix `__Host-` binds the cookie to this host. Browsers accept it only over TLS.
fn cookie_name(app: &App) -> &'static str {
    if app.behind_tls() { "__Host-outbound" } else { "outbound" }
}

fn session_cookie(app: &App, headers: &HeaderMap) -> Option<Secret> {
    cookie(headers, cookie_name(app)).map(Secret::new)
}

/// The value of a cookie.
pub(crate) fn cookie<'h>(headers: &'h HeaderMap, wanted: &str) -> Option<&'h str> {
    let values = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = values.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == wanted).map(|(_, value)| value)
}

/// The value of `Set-Cookie` that starts a session in the browser, or ends it (`None`).
pub(crate) fn set_cookie(app: &App, value: Option<&Secret>) -> String {
    let (name, secure) = (cookie_name(app), if app.behind_tls() { "; Secure" } else { "" });
    let (value, seconds) = value.map_or(("", 0), |value| (value.expose(), SESSION_SECONDS));
    format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
}

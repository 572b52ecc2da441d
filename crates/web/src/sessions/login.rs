//! Logging in and out. If a form is sent after its session ended, the login page keeps its fields, so that no
//! input is lost.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use outbound_app::{App, ChangeOwnPassword, LoginRejection, LoginRequest, WebLogin};
use outbound_auth::Secret;
use outbound_http::Caller;

use super::return_path::return_path;
use super::session::{Form, Posted, cookie, set_cookie};
use crate::error::{PageError, PageResult};
use crate::fields::Fields;
use crate::layout::CSRF_FIELD;
use crate::notice::notice;
use crate::page::Page;
use crate::text::{self, Text, rich};
use crate::theme::Theme;

/// The path of the login page.
pub(crate) const PATH: &str = "/login";
/// The cookie that remembers the account for the next time. An account id is not secret.
const ACCOUNT_COOKIE: &str = "account";
/// The maximum size of a kept form in bytes. Encoded twice, it still fits into a body.
const MAX_KEPT_FORM: usize = 256 * 1024;

/// The content of the login form.
struct LoginPage<'s> {
    theme: Theme,
    account: &'s str,
    username: &'s str,
    back: &'s str,
    /// The encoded form to send after logging in, if there is one.
    carried: &'s str,
    error: Option<(StatusCode, &'s str)>,
    /// What was done before.
    done: Option<Text>,
    /// Whether the installation has no administrator yet.
    setup: bool,
}

impl LoginPage<'_> {
    fn page(self) -> Response {
        let account_known = !self.account.is_empty();
        let content = html! {
            section class="panel narrow" {
                h1 { (text::log_in()) }
                @if self.setup {
                    @let link = html! { a href="/setup" { (text::setup_link()) } };
                    p { (rich(|[link]| text::setup_open(link), &[link])) }
                }
                @if !self.carried.is_empty() {
                    p { (text::form_kept()) }
                }
                form method="post" action=(PATH) class="stack" {
                    (input("account", &text::account(), self.account, "organization", !account_known))
                    (input("username", &text::user_name(), self.username, "username", account_known))
                    div class="field" {
                        label for="password" { (text::password()) }
                        input id="password" name="password" type="password" autocomplete="current-password" required;
                    }
                    input type="hidden" name="back" value=(self.back);
                    input type="hidden" name="carried" value=(self.carried);
                    button class="primary" { (text::log_in()) }
                }
            }
        };
        let page = Page::new(text::log_in(), content).done(self.done);
        let page = match self.error {
            Some((status, why)) => page.error(status, why),
            None => page,
        };
        page.public_response(self.theme, PATH)
    }
}

fn input(name: &str, label: &str, value: &str, autocomplete: &str, focus: bool) -> Markup {
    html! {
        div class="field" {
            label for=(name) { (label) }
            input id=(name) name=(name) value=(value) autocomplete=(autocomplete) autocapitalize="none"
                spellcheck="false" dir="auto" autofocus[focus] required;
        }
    }
}

/// `GET /login`.
pub(crate) async fn show(State(app): State<App>, headers: HeaderMap, query: Fields) -> PageResult {
    let account = query.get("account").or_else(|| cookie(&headers, ACCOUNT_COOKIE)).unwrap_or_default();
    let (theme, back) = (Theme::of_request(&headers), return_path(query.text("back")));
    let setup = app.setup_is_open().await?;
    let done = query.get("done").and_then(notice);
    Ok(LoginPage { theme, account, username: "", back, carried: "", error: None, done, setup }.page())
}

/// The login page in response to a form that was sent after the session ended.
pub(crate) fn ask_again(headers: &HeaderMap, path: &str, fields: &Fields) -> Response {
    let account = cookie(headers, ACCOUNT_COOKIE).unwrap_or_default();
    let encoded = fields.without(CSRF_FIELD).encoded();
    let holds_secret = fields.iter().any(|(name, _)| name.contains("password"));
    let kept = !holds_secret && encoded.len() <= MAX_KEPT_FORM;
    let why = if kept { text::session_ended() } else { text::session_ended_form_lost() };
    LoginPage {
        theme: Theme::of_request(headers),
        account,
        username: "",
        back: if kept && !encoded.is_empty() { return_path(path) } else { "/" },
        carried: if kept { &encoded } else { "" },
        error: Some((StatusCode::FORBIDDEN, &why)),
        done: None,
        setup: false,
    }
    .page()
}

/// `POST /login`.
pub(crate) async fn log_in(
    State(app): State<App>,
    headers: HeaderMap,
    caller: Caller,
    Form(fields): Form,
) -> PageResult {
    caller.prepay()?;
    let account = fields.text("account").trim();
    let error = match account.parse() {
        Err(_) => LoginRejection::Credentials,
        Ok(account) => {
            let username = fields.text("username").trim().to_owned();
            let password = Secret::new(fields.text("password"));
            let request = LoginRequest { account, username, password, address: caller.address() };
            match enter(&app, &caller, request).await? {
                Ok(login) => return Ok(logged_in(&app, &headers, &fields, &login)),
                Err(rejection) => rejection,
            }
        }
    };
    let (status, why, retry_after) = login_error(error)?;
    let mut response = LoginPage {
        theme: Theme::of_request(&headers),
        account,
        username: fields.text("username"),
        back: return_path(fields.text("back")),
        carried: carried(&fields),
        error: Some((status, &why)),
        done: None,
        setup: false,
    }
    .page();
    response
        .headers_mut()
        .extend(retry_after.map(|seconds| (header::RETRY_AFTER, HeaderValue::from(seconds))));
    Ok(response)
}

/// The kept form; empty if there is none, or if it is longer than this page keeps.
fn carried(fields: &Fields) -> &str {
    let carried = fields.text("carried");
    if carried.len() <= MAX_KEPT_FORM { carried } else { "" }
}

/// Status and sentence of a rejected login, and after how many seconds to try again.
pub(crate) fn login_error(rejection: LoginRejection) -> Result<(StatusCode, Text, Option<i64>), PageError> {
    match rejection {
        LoginRejection::App(error) => Err(error.into()),
        LoginRejection::Locked { seconds } => {
            let minutes = (seconds + 59) / 60;
            Ok((StatusCode::TOO_MANY_REQUESTS, text::too_many_failed_logins(minutes), Some(seconds)))
        }
        LoginRejection::Busy => Ok((StatusCode::TOO_MANY_REQUESTS, text::too_many_requests(), Some(5))),
        _ => Ok((StatusCode::FORBIDDEN, text::wrong_credentials(), None)),
    }
}

/// Checks the password and starts a session. All logins of a user are charged to one budget, because each session
/// starts with a full budget of its own.
pub(crate) async fn enter(
    app: &App,
    caller: &Caller,
    request: LoginRequest,
) -> Result<Result<WebLogin, LoginRejection>, PageError> {
    let account = request.account.clone();
    let proven = match app.authenticate_user(request).await {
        Ok(proven) => proven,
        Err(rejection) => return Ok(Err(rejection)),
    };
    caller.charge_session(&account, &proven.name().key())?;
    Ok(app.open_web_login(proven).await)
}

/// Starts the session in the browser, and continues with the kept form or the page that was requested.
pub(crate) fn logged_in(app: &App, headers: &HeaderMap, fields: &Fields, login: &WebLogin) -> Response {
    let user = login.session.user();
    let (carried, back) = (carried(fields), return_path(fields.text("back")));
    let mut response = if carried.is_empty() {
        Redirect::to(back).into_response()
    } else {
        resend_form(Theme::of_request(headers), back, carried, login)
    };
    let (account, secure) = (&user.account, if app.behind_tls() { "; Secure" } else { "" });
    let account =
        format!("{ACCOUNT_COOKIE}={account}; Path={PATH}; Max-Age=31536000; HttpOnly; SameSite=Lax{secure}");
    for line in [set_cookie(app, Some(&login.cookie)), account] {
        if let Ok(value) = HeaderValue::from_str(&line) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    response
}

/// The page with the kept form and the token of the new session. The user has to send it: the form may come from
/// another site.
fn resend_form(theme: Theme, action: &str, carried: &str, login: &WebLogin) -> Response {
    let fields = Fields::parse(carried.as_bytes()).with(CSRF_FIELD, login.session.csrf().expose());
    let content = html! {
        section class="panel narrow" {
            h1 { (text::welcome_back()) }
            p { (text::form_not_sent()) }
            form method="post" action=(action) class="stack" {
                (fields.hidden())
                button class="primary" autofocus { (text::send_form()) }
            }
            p { a href="/" { (text::discard_form()) } }
        }
    };
    Page::new(text::welcome_back(), content).public_response(theme, "/")
}

/// `POST /logout`.
pub(crate) async fn log_out(
    State(app): State<App>,
    Posted { visit, .. }: Posted<ChangeOwnPassword>,
) -> PageResult {
    app.log_out_web(&visit.session).await?;
    // Also removes pages that the browser keeps in memory for its Back button. The cookies for theme and account
    // stay.
    let headers = [
        (header::SET_COOKIE, set_cookie(&app, None)),
        (HeaderName::from_static("clear-site-data"), "\"cache\"".to_owned()),
    ];
    Ok((headers, Redirect::to(PATH)).into_response())
}

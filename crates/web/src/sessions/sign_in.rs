//! Signing in and out. A form whose session had ended is carried through, so that nothing typed is
//! lost.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use outbound_app::{App, ChangeOwnPassword, LoginRefusal, LoginRequest, WebLogin};
use outbound_auth::Secret;
use outbound_http::Caller;
use outbound_model::plural;

use super::back::back;
use super::session::{Form, Posted, cookie, set_cookie};
use crate::error::{PageError, PageResult};
use crate::fields::Fields;
use crate::layout::CSRF_FIELD;
use crate::page::Page;
use crate::theme::Theme;

/// Where people sign in.
pub(crate) const PATH: &str = "/sign-in";
/// Remembers the account, which is no secret, so that it need not be typed again.
const ACCOUNT_COOKIE: &str = "account";
/// The most bytes of a form that are carried through; encoded twice they fit into one body.
const MAX_CARRIED: usize = 256 * 1024;

/// What the form shows.
struct SignIn<'s> {
    theme: Theme,
    account: &'s str,
    username: &'s str,
    back: &'s str,
    /// The form that waits, as it was sent; may be empty.
    carried: &'s str,
    refused: Option<(StatusCode, &'s str)>,
    /// Whether the installation still waits for its first administrator.
    setup: bool,
}

impl SignIn<'_> {
    fn page(&self) -> Response {
        let account_known = !self.account.is_empty();
        let content = html! {
            section class="panel narrow" {
                h1 { "Sign in" }
                @if self.setup { p { "This installation has no administrator yet. " a href="/setup" { "Set it up" } "." } }
                @if !self.carried.is_empty() {
                    p { "What you typed is kept: sign in, and go on." }
                }
                form method="post" action=(PATH) class="stack" {
                    (input("account", "Account", self.account, "organization", !account_known))
                    (input("username", "User name", self.username, "username", account_known))
                    div class="field" {
                        label for="password" { "Password" }
                        input id="password" name="password" type="password" autocomplete="current-password" required;
                    }
                    input type="hidden" name="back" value=(self.back);
                    input type="hidden" name="carried" value=(self.carried);
                    button class="primary" { "Sign in" }
                }
            }
        };
        let page = Page::new("Sign in", content);
        let page = match self.refused {
            Some((status, why)) => page.refused(status, why),
            None => page,
        };
        page.to_stranger(self.theme, PATH)
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

/// `GET /sign-in`.
pub(crate) async fn show(State(app): State<App>, headers: HeaderMap, query: Fields) -> PageResult {
    let account = query.get("account").or_else(|| cookie(&headers, ACCOUNT_COOKIE)).unwrap_or_default();
    let (theme, back) = (Theme::of_request(&headers), back(query.text("back")));
    let setup = app.setup_is_open().await?;
    Ok(SignIn { theme, account, username: "", back, carried: "", refused: None, setup }.page())
}

/// Instead of a page whose form came after the session had ended.
pub(crate) fn again(headers: &HeaderMap, path: &str, fields: &Fields) -> Response {
    let account = cookie(headers, ACCOUNT_COOKIE).unwrap_or_default();
    let encoded = fields.without(CSRF_FIELD).encoded();
    let holds_secret = fields.iter().any(|(name, _)| name.contains("password"));
    let kept = !holds_secret && encoded.len() <= MAX_CARRIED;
    let sentence = "Your session has ended. Sign in again to go on.";
    let lost = "Your session has ended, and the form could not be kept. Sign in again.";
    SignIn {
        theme: Theme::of_request(headers),
        account,
        username: "",
        back: if kept && !encoded.is_empty() { back(path) } else { "/" },
        carried: if kept { &encoded } else { "" },
        refused: Some((StatusCode::FORBIDDEN, if kept { sentence } else { lost })),
        setup: false,
    }
    .page()
}

/// `POST /sign-in`.
pub(crate) async fn sign_in(
    State(app): State<App>,
    headers: HeaderMap,
    caller: Caller,
    Form(fields): Form,
) -> PageResult {
    caller.prepay()?;
    let account = fields.text("account").trim();
    let refused = match account.parse() {
        Err(_) => LoginRefusal::Credentials,
        Ok(account) => {
            let username = fields.text("username").trim().to_owned();
            let password = Secret::new(fields.text("password"));
            let request = LoginRequest { account, username, password, address: caller.address() };
            match enter(&app, &caller, request).await? {
                Ok(login) => return Ok(signed_in(&app, &headers, &fields, &login)),
                Err(refusal) => refusal,
            }
        }
    };
    let (status, sentence, retry) = why(refused)?;
    let mut response = SignIn {
        theme: Theme::of_request(&headers),
        account,
        username: fields.text("username"),
        back: back(fields.text("back")),
        carried: fields.text("carried"),
        refused: Some((status, &sentence)),
        setup: false,
    }
    .page();
    response.headers_mut().extend(retry.map(|seconds| (header::RETRY_AFTER, HeaderValue::from(seconds))));
    Ok(response)
}

/// Status, sentence, and how long to wait.
pub(crate) fn why(refusal: LoginRefusal) -> Result<(StatusCode, String, Option<i64>), PageError> {
    match refusal {
        LoginRefusal::App(error) => Err(error.into()),
        LoginRefusal::Locked { seconds } => {
            let minutes = plural((seconds + 59).unsigned_abs() / 60, "minute", "minutes");
            let sentence = format!("Too many failed tries. Try again in {minutes}.");
            Ok((StatusCode::TOO_MANY_REQUESTS, sentence, Some(seconds)))
        }
        LoginRefusal::Busy => {
            let sentence = "Many people sign in just now. Try again in a few seconds.";
            Ok((StatusCode::TOO_MANY_REQUESTS, sentence.to_owned(), Some(5)))
        }
        _ => {
            let sentence = "Account, user name or password is wrong.";
            Ok((StatusCode::FORBIDDEN, sentence.to_owned(), None))
        }
    }
}

/// Checks the password and opens a session. All sign-ins of a user pay from one budget, before there is a
/// session: each session has a new one.
pub(crate) async fn enter(
    app: &App,
    caller: &Caller,
    request: LoginRequest,
) -> Result<Result<WebLogin, LoginRefusal>, PageError> {
    let account = request.account.clone();
    let proven = match app.authenticate_user(request).await {
        Ok(proven) => proven,
        Err(refusal) => return Ok(Err(refusal)),
    };
    caller.charge_session(&account, &proven.name().key())?;
    Ok(app.open_web_login(proven).await)
}

/// Opens the session in the browser, and goes where the fields say.
pub(crate) fn signed_in(app: &App, headers: &HeaderMap, fields: &Fields, login: &WebLogin) -> Response {
    let user = login.session.user();
    let (carried, back) = (fields.text("carried"), back(fields.text("back")));
    let mut response = if carried.is_empty() || carried.len() > MAX_CARRIED {
        Redirect::to(back).into_response()
    } else {
        go_on(Theme::of_request(headers), back, carried, login)
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

/// The form that waited, now with the token of the new session. Sent by the person, not by itself:
/// whoever made the first page's form does not decide that.
fn go_on(theme: Theme, action: &str, carried: &str, login: &WebLogin) -> Response {
    let fields = Fields::parse(carried.as_bytes()).with(CSRF_FIELD, login.session.csrf().expose());
    let content = html! {
        section class="panel narrow" {
            h1 { "Welcome back" }
            p { "Your form is as you left it, and not sent yet." }
            form method="post" action=(action) class="stack" {
                (fields.hidden())
                button class="primary" autofocus { "Send it now" }
            }
            p { a href="/" { "Leave it, and go to the handoffs" } }
        }
    };
    Page::new("Welcome back", content).to_stranger(theme, "/")
}

/// `POST /sign-out`.
pub(crate) async fn sign_out(
    State(app): State<App>,
    Posted { visit, .. }: Posted<ChangeOwnPassword>,
) -> PageResult {
    app.sign_out(&visit.session).await?;
    // Also takes back what the browser keeps in memory for its Back button. Cookies stay: theme and account.
    let headers = [
        (header::SET_COOKIE, set_cookie(&app, None)),
        (HeaderName::from_static("clear-site-data"), "\"cache\"".to_owned()),
    ];
    Ok((headers, Redirect::to(PATH)).into_response())
}

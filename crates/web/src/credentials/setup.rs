//! Setup of the first administrator. The page exists only while there is none; it requires the code that the server
//! printed, and signs the new administrator in.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use outbound_app::{App, AppError, FirstAdministrator, LoginRequest, SetupError};
use outbound_auth::Secret;
use outbound_http::Caller;

use crate::error::{PageError, PageResult, sentence};
use crate::fields::Fields;
use crate::input::{field, password};
use crate::page::Page;
use crate::sessions::login;
use crate::sessions::session::Form;
use crate::text::{self, Text};
use crate::theme::Theme;

/// `GET /setup`.
pub(crate) async fn show(State(app): State<App>, headers: HeaderMap) -> PageResult {
    if !app.setup_is_open().await? {
        return Err(closed());
    }
    Ok(page(&headers, &Fields::default(), None))
}

/// `POST /setup`.
pub(crate) async fn set_up(
    State(app): State<App>,
    headers: HeaderMap,
    caller: Caller,
    Form(fields): Form,
) -> PageResult {
    caller.prepay()?;
    let first = match first_administrator(&fields) {
        Ok(first) => first,
        Err(why) => return Ok(page(&headers, &fields, Some((StatusCode::BAD_REQUEST, &why)))),
    };
    let login = LoginRequest {
        account: first.account.clone(),
        username: first.name.to_string(),
        password: first.password.clone(),
        address: caller.address(),
    };
    let (status, why) = match app.set_up(&Secret::new(fields.text("code")), first).await {
        Ok(()) => return enter(&app, &caller, &headers, login).await,
        Err(SetupError::Closed) => return Err(closed()),
        Err(SetupError::App(AppError::Invalid(invalid))) => {
            (StatusCode::BAD_REQUEST, sentence(&invalid.to_string()))
        }
        Err(SetupError::App(error @ AppError::UsernameTaken(_))) => {
            (StatusCode::CONFLICT, sentence(&error.to_string()))
        }
        Err(SetupError::App(error)) => return Err(error.into()),
        Err(code @ SetupError::Code) => (StatusCode::FORBIDDEN, sentence(&code.to_string())),
    };
    Ok(page(&headers, &fields, Some((status, &why))))
}

/// Signs the new administrator in and shows a page that says that the setup worked. If the login fails, the
/// administrator exists nevertheless and can log in.
async fn enter(app: &App, caller: &Caller, headers: &HeaderMap, login: LoginRequest) -> PageResult {
    let account = Fields::default().with("account", login.account.as_str());
    match login::enter(app, caller, login).await {
        Ok(Ok(login)) => {
            let fields = Fields::default().with("back", "/handoffs?done=set-up");
            Ok(login::logged_in(app, headers, &fields, &login))
        }
        Ok(Err(_)) | Err(_) => Ok(Redirect::to(&account.href(login::PATH)).into_response()),
    }
}

fn first_administrator(fields: &Fields) -> Result<FirstAdministrator, Text> {
    let problem = |invalid: outbound_model::Invalid| Text::from(sentence(&invalid.to_string()));
    if fields.text("password") != fields.text("password-again") {
        return Err(text::passwords_differ());
    }
    Ok(FirstAdministrator {
        account: fields.text("account").trim().parse().map_err(problem)?,
        name: fields.text("username").trim().parse().map_err(problem)?,
        password: Secret::new(fields.text("password")),
    })
}

fn closed() -> PageError {
    PageError::new(StatusCode::NOT_FOUND, "not_found", text::setup_closed())
}

fn page(headers: &HeaderMap, fields: &Fields, error: Option<(StatusCode, &str)>) -> Response {
    let content = html! {
        section class="panel narrow" {
            h1 { (text::setup_title()) }
            p { (text::setup_intro()) }
            form method="post" action="/setup" class="stack" {
                (field("code", &text::setup_code(), fields.text("code"), "off", None))
                (field("account", &text::account(), fields.text("account"), "organization", Some(&text::setup_account_hint())))
                (field("username", &text::user_name(), fields.text("username"), "username", None))
                (password("password", &text::password(), "new-password", Some(&text::password_hint())))
                (password("password-again", &text::password_again(), "new-password", None))
                button class="primary" { (text::create_administrator()) }
            }
        }
    };
    let page = Page::new(text::setup_page(), content);
    let page = match error {
        Some((status, why)) => page.error(status, why),
        None => page,
    };
    page.public_response(Theme::of_request(headers), "/setup")
}

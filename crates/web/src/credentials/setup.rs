//! The first administrator: open while there is none and the server has shown a code, and gone
//! afterwards. Whoever makes it is signed in.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use outbound_app::{App, AppError, FirstAdministrator, LoginRequest, SetupRefusal};
use outbound_auth::Secret;
use outbound_http::Caller;

use crate::error::{PageError, PageResult, sentence};
use crate::fields::Fields;
use crate::input::field;
use crate::page::Page;
use crate::sessions::session::Form;
use crate::sessions::sign_in;
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
        Err(SetupRefusal::Closed) => return Err(closed()),
        Err(SetupRefusal::App(AppError::Invalid(invalid))) => {
            (StatusCode::BAD_REQUEST, sentence(&invalid.to_string()))
        }
        Err(SetupRefusal::App(error @ AppError::UsernameTaken(_))) => {
            (StatusCode::CONFLICT, sentence(&error.to_string()))
        }
        Err(SetupRefusal::App(error)) => return Err(error.into()),
        Err(code @ SetupRefusal::Code) => (StatusCode::FORBIDDEN, sentence(&code.to_string())),
    };
    Ok(page(&headers, &fields, Some((status, &why))))
}

/// Signs the new administrator in, to a page that says that the setup worked. Where that fails, the
/// administrator exists all the same and can sign in.
async fn enter(app: &App, caller: &Caller, headers: &HeaderMap, login: LoginRequest) -> PageResult {
    let account = Fields::default().with("account", login.account.as_str());
    match sign_in::enter(app, caller, login).await? {
        Ok(login) => {
            let fields = Fields::default().with("back", "/handoffs?done=set-up");
            Ok(sign_in::signed_in(app, headers, &fields, &login))
        }
        Err(_) => Ok(Redirect::to(&account.href(sign_in::PATH)).into_response()),
    }
}

fn first_administrator(fields: &Fields) -> Result<FirstAdministrator, String> {
    let wrong = |invalid: outbound_model::Invalid| sentence(&invalid.to_string());
    if fields.text("password") != fields.text("password-again") {
        return Err("The two passwords are not the same.".to_owned());
    }
    Ok(FirstAdministrator {
        account: fields.text("account").trim().parse().map_err(wrong)?,
        name: fields.text("username").trim().parse().map_err(wrong)?,
        password: Secret::new(fields.text("password")),
    })
}

fn closed() -> PageError {
    PageError::refused(StatusCode::NOT_FOUND, "not_found", "There is nothing to set up")
}

fn page(headers: &HeaderMap, fields: &Fields, refused: Option<(StatusCode, &str)>) -> Response {
    let content = html! {
        section class="panel narrow" {
            h1 { "Welcome to Outbound" }
            p { "Make the first account and its administrator. You need the code that the server printed when it started." }
            form method="post" action="/setup" class="stack" {
                (field("code", "Code", fields.text("code"), "text", "off", None))
                (field("account", "Account", fields.text("account"), "text", "organization",
                    Some("The brand's number with its vendor, such as 12345678: letters, digits, _ or -.")))
                (field("username", "User name", fields.text("username"), "text", "username", None))
                (field("password", "Password", "", "password", "new-password", Some("At least 10 characters.")))
                (field("password-again", "Password again", "", "password", "new-password", None))
                button class="primary" { "Make the administrator" }
            }
        }
    };
    let page = Page::new("Set up", content);
    let page = match refused {
        Some((status, why)) => page.refused(status, why),
        None => page,
    };
    page.to_stranger(Theme::of_request(headers), "/setup")
}

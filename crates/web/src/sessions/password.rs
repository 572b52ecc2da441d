//! The page on which users change their own password.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use outbound_app::{App, AppError, ChangeOwnPassword, LoginRejection};
use outbound_auth::Secret;
use outbound_http::Caller;

use super::login;
use super::session::{LoggedIn, Posted, Visit, set_cookie};
use crate::error::{PageResult, sentence};
use crate::input::password;
use crate::page::Page;
use crate::text::{self, Text};

/// `GET /password`.
pub(crate) async fn show(LoggedIn { visit, .. }: LoggedIn<ChangeOwnPassword>) -> Response {
    page(&visit, None)
}

/// `POST /password`.
pub(crate) async fn change(
    State(app): State<App>,
    caller: Caller,
    Posted { grant, visit, fields }: Posted<ChangeOwnPassword>,
) -> PageResult {
    if fields.text("password") != fields.text("password-again") {
        let why = text::new_passwords_differ();
        return Ok(page(&visit, Some((StatusCode::BAD_REQUEST, &why))));
    }
    let (old, new) = (Secret::new(fields.text("old-password")), Secret::new(fields.text("password")));
    let (status, why) = match app.change_own_password(&grant, old, new, caller.address()).await {
        Ok(Some(login)) => {
            let cookies = [(header::SET_COOKIE, set_cookie(&app, Some(&login.cookie)))];
            return Ok((cookies, Redirect::to("/password?done=password")).into_response());
        }
        Ok(None) => {
            let cookies = [(header::SET_COOKIE, set_cookie(&app, None))];
            let page = format!("{}?done=password-without-session", login::PATH);
            return Ok((cookies, Redirect::to(&page)).into_response());
        }
        Err(LoginRejection::App(AppError::Invalid(invalid))) => {
            (StatusCode::BAD_REQUEST, Text::from(sentence(&invalid.to_string())))
        }
        Err(LoginRejection::Credentials) => (StatusCode::FORBIDDEN, text::old_password_wrong()),
        Err(rejection) => {
            let (status, why, _) = login::login_error(rejection)?;
            (status, why)
        }
    };
    Ok(page(&visit, Some((status, &why))))
}

fn page(visit: &Visit, error: Option<(StatusCode, &str)>) -> Response {
    let content = html! {
        section class="panel narrow" {
            h1 { (text::change_password()) }
            form method="post" action="/password" class="stack" {
                (visit.token())
                input type="text" name="username" autocomplete="username" value=(visit.session.user().name)
                    aria-label=(text::user_name()) hidden;
                (password("old-password", &text::old_password(), "current-password", None))
                (password("password", &text::new_password(), "new-password", Some(&text::password_hint())))
                (password("password-again", &text::new_password_again(), "new-password", None))
                p class="hint" { (text::change_password_hint()) }
                button class="primary" { (text::change_password()) }
            }
        }
    };
    let page = Page::new(text::change_password(), content);
    match error {
        Some((status, why)) => page.error(status, why).response(visit),
        None => page.response(visit),
    }
}

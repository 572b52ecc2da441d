//! The own password.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use outbound_app::{App, AppError, ChangeOwnPassword, LoginRefusal};
use outbound_auth::Secret;
use outbound_http::Caller;

use super::session::{Posted, SignedIn, Visit, set_cookie};
use super::sign_in;
use crate::error::{PageResult, sentence};
use crate::input::field;
use crate::page::Page;

/// `GET /password`.
pub(crate) async fn show(SignedIn { visit, .. }: SignedIn<ChangeOwnPassword>) -> Response {
    page(&visit, None)
}

/// `POST /password`.
pub(crate) async fn change(
    State(app): State<App>,
    caller: Caller,
    Posted { grant, visit, fields }: Posted<ChangeOwnPassword>,
) -> PageResult {
    if fields.text("password") != fields.text("password-again") {
        let why = "The two new passwords are not the same.";
        return Ok(page(&visit, Some((StatusCode::BAD_REQUEST, why))));
    }
    let (old, new) = (Secret::new(fields.text("old-password")), Secret::new(fields.text("password")));
    let (status, why) = match app.change_own_password(&grant, old, new, caller.address()).await {
        Ok(login) => {
            let cookies = [(header::SET_COOKIE, set_cookie(&app, Some(&login.cookie)))];
            return Ok((cookies, Redirect::to("/password?done=password")).into_response());
        }
        Err(LoginRefusal::App(AppError::Invalid(invalid))) => {
            (StatusCode::BAD_REQUEST, sentence(&invalid.to_string()))
        }
        Err(LoginRefusal::Credentials) => (StatusCode::FORBIDDEN, "The old password is wrong.".to_owned()),
        Err(refusal) => {
            let (status, why, _) = sign_in::why(refusal)?;
            (status, why)
        }
    };
    Ok(page(&visit, Some((status, &why))))
}

fn page(visit: &Visit, refused: Option<(StatusCode, &str)>) -> Response {
    let content = html! {
        section class="panel narrow" {
            h1 { "Your password" }
            form method="post" action="/password" class="stack" {
                (visit.token())
                input type="text" name="username" autocomplete="username" value=(visit.session.user().name) aria-label="User name" hidden;
                (field("old-password", "Old password", "", "password", "current-password", None))
                (field("password", "New password", "", "password", "new-password", Some("At least 10 characters.")))
                (field("password-again", "New password again", "", "password", "new-password", None))
                p class="hint" { "Your sessions in other browsers, and those of the API, end." }
                button class="primary" { "Change password" }
            }
        }
    };
    let page = Page::new("Your password", content);
    match refused {
        Some((status, why)) => page.refused(status, why).to(visit),
        None => page.to(visit),
    }
}

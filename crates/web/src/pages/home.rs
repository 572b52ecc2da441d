//! `/`: to the handoffs, or for whom there are none here, a word about that. And the theme.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use outbound_app::{ChangeOwnPassword, ReadDrafts};

use crate::back::back;
use crate::page::Page;
use crate::session::{Form, SignedIn};
use crate::theme::Theme;

/// `GET /`.
pub(crate) async fn home(SignedIn { visit, .. }: SignedIn<ChangeOwnPassword>) -> Response {
    if visit.session.may::<ReadDrafts>() {
        return Redirect::to("/handoffs").into_response();
    }
    let user = visit.session.user();
    let content = html! {
        section class="panel narrow" {
            h1 { "No access to handoffs" }
            p { "You are signed in as " strong dir="auto" { (user.name) } ", whose role (" (user.role) ") has none." }
            p { "Ask an administrator of account " (user.account) " for another role." }
            p { a href="/password" { "Change your password" } }
        }
    };
    Page::new("No access", content).status(StatusCode::FORBIDDEN).to(&visit)
}

/// `POST /theme`, for whoever has no script.
pub(crate) async fn theme(headers: HeaderMap, Form(fields): Form) -> Response {
    let theme = match fields.get("theme") {
        Some(name) => Theme::of_name(name),
        None => Theme::of_request(&headers),
    };
    ([(header::SET_COOKIE, theme.cookie())], Redirect::to(back_from(fields.text("back")))).into_response()
}

/// Also back to signing in: nobody is sent round in circles by that.
fn back_from(path: &str) -> &str {
    if path == "/sign-in" || path == "/setup" { path } else { back(path) }
}

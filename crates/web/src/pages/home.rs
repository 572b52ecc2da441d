//! `/`: to the handoffs, or for whom there are none here, a word about that.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use outbound_app::{ChangeOwnPassword, ReadDrafts};

use crate::page::Page;
use crate::session::SignedIn;

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

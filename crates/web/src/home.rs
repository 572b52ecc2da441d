//! `/`: to the handoffs; before the installation has an administrator, to the setup; to a user without
//! the right to see handoffs, a page that says so.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use maud::html;
use outbound_app::{App, ChangeOwnPassword, ReadDrafts};

use crate::error::{PageError, PageResult};
use crate::page::Page;
use crate::sessions::session::SignedIn;

/// `GET /`.
pub(crate) async fn home(
    State(app): State<App>,
    visitor: Result<SignedIn<ChangeOwnPassword>, PageError>,
) -> PageResult {
    let SignedIn { visit, .. } = match visitor {
        Err(_) if app.setup_is_open().await? => return Ok(Redirect::to("/setup").into_response()),
        visitor => visitor?,
    };
    if visit.session.may::<ReadDrafts>() {
        return Ok(Redirect::to("/handoffs").into_response());
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
    Ok(Page::new("No access", content).status(StatusCode::FORBIDDEN).to(&visit))
}

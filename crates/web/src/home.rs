//! `/`: redirects to the handoffs, or to the setup while the installation has no administrator. Users whose role
//! may not see handoffs get a page that says so.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use maud::html;
use outbound_app::{App, ChangeOwnPassword, ReadDrafts};

use crate::error::{PageError, PageResult};
use crate::page::Page;
use crate::sessions::session::LoggedIn;
use crate::text::{self, rich};

/// `GET /`.
pub(crate) async fn home(
    State(app): State<App>,
    visitor: Result<LoggedIn<ChangeOwnPassword>, PageError>,
) -> PageResult {
    let LoggedIn { visit, .. } = match visitor {
        Err(_) if app.setup_is_open().await? => return Ok(Redirect::to("/setup").into_response()),
        visitor => visitor?,
    };
    if visit.session.may::<ReadDrafts>() {
        return Ok(Redirect::to("/handoffs").into_response());
    }
    let user = visit.session.user();
    let content = html! {
        section class="panel narrow" {
            h1 { (text::no_access()) }
            p {
                (rich(
                    |[name]| text::no_access_role(name, user.role.as_str()),
                    &[html! { strong dir="auto" { (user.name) } }],
                ))
            }
            p { (text::no_access_ask(user.account.as_str())) }
            p { a href="/password" { (text::change_password()) } }
        }
    };
    Ok(Page::new(text::no_access(), content).status(StatusCode::FORBIDDEN).response(&visit))
}

//! Erasure of a consumer, for administrators. Addresses are in bodies of forms only, because paths are logged.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};
use outbound_app::{App, AppError, ManageCredentials};

use super::choices::tabs;
use super::paths;
use crate::confirm::Question;
use crate::error::{PageResult, sentence};
use crate::page::{Page, Section};
use crate::sessions::session::{LoggedIn, Posted, Visit};
use crate::text::{self, Text};

/// The field with the address.
const ADDRESS: &str = "address";
/// The field of a confirmed form.
const CONFIRMED: &str = "confirmed";
/// The maximum length of an address, in characters.
const MAX_CHARACTERS: u32 = 128;

/// `GET /reports/erase`.
pub(crate) async fn show(LoggedIn { visit, .. }: LoggedIn<ManageCredentials>) -> PageResult {
    Ok(page(&visit, "").response(&visit))
}

/// `POST /reports/erase`: asks for confirmation, and erases the consumer after it.
pub(crate) async fn erase(
    State(app): State<App>,
    Posted { grant, visit, fields }: Posted<ManageCredentials>,
) -> PageResult {
    let address = fields.text(ADDRESS).trim();
    if !address.is_empty() && fields.text(CONFIRMED).is_empty() {
        return Ok(ask(&visit, address));
    }
    let (status, why) = match app.erase_consumer(&grant, address).await {
        Ok(true) => {
            return Ok(Redirect::to(&format!("{}?done=consumer-erased", paths::ERASE)).into_response());
        }
        Ok(false) => (StatusCode::NOT_FOUND, text::no_message_with_address()),
        Err(error @ AppError::Reporting(_)) => {
            (StatusCode::BAD_REQUEST, Text::from(sentence(&error.to_string())))
        }
        Err(error) => return Err(error.into()),
    };
    Ok(page(&visit, address).error(status, why).response(&visit))
}

fn ask(visit: &Visit, address: &str) -> axum::response::Response {
    let question = Question {
        section: Section::Reports,
        title: &text::erase_consumer_title(address),
        consequence: &text::erase_consumer_consequence(),
        action: paths::ERASE,
        fields: &[(ADDRESS, address), (CONFIRMED, "1")],
        button: &text::erase(),
        back: paths::ERASE,
    };
    question.ask(visit)
}

fn page(visit: &Visit, address: &str) -> Page<'static> {
    let content = html! {
        div class="page-head" { h1 { (text::erase_consumer()) } }
        (tabs(visit, paths::ERASE))
        p class="hint" { (text::erase_consumer_hint()) }
        (form(visit, address))
    };
    Page::new(text::erase_consumer(), content).section(Section::Reports)
}

fn form(visit: &Visit, address: &str) -> Markup {
    html! {
        form class="filters" method="post" action=(paths::ERASE) aria-label=(text::erase_consumer()) {
            (visit.token())
            div class="field" {
                label for=(ADDRESS) { (text::address()) }
                input id=(ADDRESS) name=(ADDRESS) value=(address) required maxlength=(MAX_CHARACTERS)
                    placeholder="+14155550111" autocomplete="off" spellcheck="false" dir="auto";
            }
            button class="danger" { (text::erase()) }
        }
    }
}

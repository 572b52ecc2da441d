//! What the pages of the settings share: the tabs, the questions before something is revoked, secrets.

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use outbound_app::AppError;

use crate::confirm::Question;
use crate::error::{PageError, sentence};
use crate::page::{Page, Part};
use crate::sessions::session::Visit;

/// Clients or users that a page lists, the newest.
pub(crate) const LISTED: usize = 50;

/// A page of the settings.
pub(crate) struct SettingsPage<'p> {
    pub(crate) title: &'static str,
    pub(crate) path: &'static str,
    pub(crate) content: Markup,
    pub(crate) refused: Option<(StatusCode, &'p str)>,
}

impl SettingsPage<'_> {
    pub(crate) fn to(self, visit: &Visit) -> Response {
        let content = html! {
            div class="page-head" { h1 { (self.title) } }
            (tabs(self.path))
            (self.content)
        };
        let page = Page::new(self.title, content).part(Part::RuleSettings);
        match self.refused {
            Some((status, why)) => page.refused(status, why).to(visit),
            None => page.to(visit),
        }
    }
}

fn tabs(current: &str) -> Markup {
    let tabs = [
        ("/settings", "Account"),
        ("/settings/clients", "Clients"),
        ("/settings/api-keys", "API keys"),
        ("/settings/users", "Users"),
    ];
    html! {
        nav class="tabs" aria-label="Settings" {
            ul { @for (path, label) in tabs { li { a href=(path) aria-current=[(path == current).then_some("page")] { (label) } } } }
        }
    }
}

/// Says that there are more than the list shows.
pub(crate) fn beyond(all: usize, command: &str) -> Markup {
    html! {
        @if all > LISTED { p class="hint" { "And " (all - LISTED) " older ones: " code { (command) } "." } }
    }
}

/// A link to the page that asks before it is done.
pub(crate) fn asked(action: &str, label: &str, subject: &str) -> Markup {
    html! { a class="button small" href=(action) { (label) span class="unseen" { " " (subject) } } }
}

/// A page that asks; its form goes to the page's own address.
pub(crate) fn ask(visit: &Visit, title: &str, consequence: &str, button: &str, back: &str) -> Response {
    let action = visit.path.split('?').next().unwrap_or_default();
    Question { part: Part::RuleSettings, title, consequence, action, fields: &[], button, back }.ask(visit)
}

/// A secret that is shown this once.
pub(crate) fn shown_once(title: &str, pairs: &[(&str, &str)]) -> Markup {
    html! {
        section class="secret" role="status" aria-label=(title) {
            h2 { (title) }
            p { "Copy this now: it is shown this once, and nobody can show it again." }
            dl class="pairs" { @for (name, value) in pairs { dt { (name) } dd { code { (value) } } } }
        }
    }
}

/// The sentence of a refusal that belongs on the page itself; others become pages of their own.
pub(crate) fn told(error: AppError) -> Result<(StatusCode, String), PageError> {
    let status = match &error {
        AppError::Invalid(_) => StatusCode::BAD_REQUEST,
        AppError::UsernameTaken(_) | AppError::AlreadyCreated | AppError::QuotaReached(_) => {
            StatusCode::CONFLICT
        }
        _ => return Err(error.into()),
    };
    Ok((status, sentence(&error.to_string())))
}

//! Shared parts of the settings pages: tabs, confirmations, and secrets that are shown once.

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use outbound_app::{AppError, log_unreported_error};

use crate::confirm::Question;
use crate::error::{PageError, sentence};
use crate::page::{Page, Section};
use crate::sessions::session::Visit;
use crate::text::{self, Text, rich};

/// The number of clients or users on a page; older ones are not listed.
pub(crate) const MAX_LISTED: usize = 50;

/// A settings page.
pub(crate) struct SettingsPage<'p> {
    pub(crate) title: Text,
    pub(crate) path: &'static str,
    pub(crate) content: Markup,
    pub(crate) error: Option<(StatusCode, &'p str)>,
}

impl SettingsPage<'_> {
    pub(crate) fn response(self, visit: &Visit) -> Response {
        let content = html! {
            div class="page-head" { h1 { (self.title) } }
            (tabs(self.path))
            (self.content)
        };
        let page = Page::new(self.title, content).section(Section::Settings);
        match self.error {
            Some((status, why)) => page.error(status, why).response(visit),
            None => page.response(visit),
        }
    }
}

fn tabs(current: &str) -> Markup {
    let tabs = [
        ("/settings", text::account()),
        ("/settings/clients", text::clients()),
        ("/settings/api-keys", text::api_keys()),
        ("/settings/users", text::users()),
    ];
    html! {
        nav class="tabs" aria-label=(text::settings()) {
            ul {
                @for (path, label) in tabs {
                    li { a href=(path) aria-current=[(path == current).then_some("page")] { (label) } }
                }
            }
        }
    }
}

/// The hint below a list that is not complete.
pub(crate) fn older_hint(all: usize, command: &str) -> Markup {
    let older = all.saturating_sub(MAX_LISTED);
    html! {
        @if older > 0 {
            p class="hint" { (rich(|[command]| text::older_entries(command, older), &[html! { code { (command) } }])) }
        }
    }
}

/// A link to the confirmation of an action.
pub(crate) fn confirmation_link(action: &str, label: &str, subject: &str) -> Markup {
    html! { a class="button small" href=(action) { (label) span class="unseen" { " " (subject) } } }
}

/// The confirmation of an action. Its form is posted to the address of the page.
pub(crate) fn ask(visit: &Visit, title: &str, consequence: &str, button: &str, back: &str) -> Response {
    let action = visit.path.split('?').next().unwrap_or_default();
    Question { section: Section::Settings, title, consequence, action, fields: &[], button, back }.ask(visit)
}

/// The list below a secret that was just created. The secret is shown even if the list cannot be read.
pub(crate) fn list_below<T>(list: Result<Vec<T>, AppError>, table: impl FnOnce(&[T]) -> Markup) -> Markup {
    match list {
        Ok(list) => table(&list),
        Err(error) => {
            log_unreported_error("the list below a new secret", &error);
            html! {}
        }
    }
}

/// A secret that is shown only once.
pub(crate) fn shown_once(title: &str, pairs: &[(&str, &str)]) -> Markup {
    html! {
        section class="secret" role="status" aria-label=(title) {
            h2 { (title) }
            p { (text::shown_once()) }
            dl class="pairs" { @for (name, value) in pairs { dt { (name) } dd { code { (value) } } } }
        }
    }
}

/// Status and sentence of an error that is shown above the form. Other errors get their own page.
pub(crate) fn form_error(error: AppError) -> Result<(StatusCode, String), PageError> {
    let status = match &error {
        AppError::Invalid(_) => StatusCode::BAD_REQUEST,
        AppError::UsernameTaken(_) | AppError::AlreadyCreated | AppError::QuotaReached(_) => {
            StatusCode::CONFLICT
        }
        _ => return Err(error.into()),
    };
    Ok((status, sentence(&error.to_string())))
}

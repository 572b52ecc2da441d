//! The fields of the forms. Each keeps what was entered, also if it is invalid.

use maud::{Markup, html};
use outbound_app::{App, AppError, Grant, ManageCredentials, ReadReports, ValueKind};
use outbound_reporting::{App as ReportingApp, ReportingChannel, Source};

use super::names::{app_name, channel_name, source_name};
use super::paths;
use super::selection::{APP, CHANNEL, HANDOFF, SKILL, SOURCE};
use crate::fields::Fields;
use crate::sessions::session::Visit;
use crate::text::{self, Text};

/// A field proposes at most this many values. Others can be entered.
const MAX_PROPOSED: u32 = 100;

/// The values of the account's messages.
pub(super) struct Choices {
    skills: Vec<String>,
    handoffs: Vec<String>,
}

impl Choices {
    pub(super) async fn of(app: &App, grant: &Grant<ReadReports>) -> Result<Self, AppError> {
        Ok(Self {
            skills: app.reporting_values(grant, ValueKind::Skill, MAX_PROPOSED).await?,
            handoffs: app.reporting_values(grant, ValueKind::Handoff, MAX_PROPOSED).await?,
        })
    }

    /// The fields that both forms have.
    pub(super) fn fields(&self, query: &Fields) -> Markup {
        let apps = ReportingApp::ALL.iter().map(|app| (app.as_str(), app_name(*app)));
        let channels = ReportingChannel::ALL.iter().map(|channel| (channel.as_str(), channel_name(*channel)));
        let sources = Source::ALL.iter().map(|source| (source.as_str(), source_name(*source)));
        html! {
            (select(query, APP, &text::sent_with(), apps))
            (select(query, CHANNEL, &text::channel(), any().chain(channels)))
            (proposals(query, SKILL, &text::skill(), &self.skills))
            (proposals(query, HANDOFF, &text::handoff_id(), &self.handoffs))
            (select(query, SOURCE, &text::source(), any().chain(sources)))
        }
    }
}

/// The choice that does not restrict anything.
pub(crate) fn any() -> impl Iterator<Item = (&'static str, Text)> {
    std::iter::once(("", text::any()))
}

/// A list of choices. A value that is none of them is added.
pub(crate) fn select(
    query: &Fields,
    name: &str,
    label: &str,
    options: impl Iterator<Item = (&'static str, Text)>,
) -> Markup {
    let (chosen, options) = (query.text(name), options.collect::<Vec<_>>());
    let is_known = chosen.is_empty() || options.iter().any(|(value, _)| *value == chosen);
    html! {
        div class="field" {
            label for=(name) { (label) }
            select id=(name) name=(name) {
                @if !is_known { option value=(chosen) selected { (chosen) } }
                @for (value, label) in options { option value=(value) selected[value == chosen] { (label) } }
            }
        }
    }
}

/// A text field that proposes values.
fn proposals(query: &Fields, name: &str, label: &str, values: &[String]) -> Markup {
    let list = format!("{name}-values");
    html! {
        div class="field" {
            label for=(name) { (label) }
            input id=(name) name=(name) value=(query.text(name)) list=(list) placeholder=(text::any()) maxlength="255"
                autocomplete="off" spellcheck="false" dir="auto";
            datalist id=(list) { @for value in values { option value=(value) {} } }
        }
    }
}

/// A field for a day.
pub(super) fn date(name: &str, label: &str, value: &str) -> Markup {
    html! {
        div class="field" {
            label for=(name) { (label) }
            input id=(name) name=(name) type="date" value=(value);
        }
    }
}

/// The pages of the section.
pub(super) fn tabs(visit: &Visit, current: &str) -> Markup {
    let tabs = [
        (paths::BOARD, text::overview()),
        (paths::TRANSACTIONS, text::messages_of_a_day()),
        (paths::FILES, text::report_files()),
    ];
    let erase = visit.session.may::<ManageCredentials>().then(|| (paths::ERASE, text::erase_consumer()));
    html! {
        nav class="tabs" aria-label=(text::reports()) {
            ul {
                @for (path, label) in tabs.into_iter().chain(erase) {
                    li { a href=(path) aria-current=[(path == current).then_some("page")] { (label) } }
                }
            }
        }
    }
}

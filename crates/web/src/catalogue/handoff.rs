//! The page of a handoff: its state, its findings, what consumers see, and the actions.

use std::collections::BTreeSet;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use outbound_app::{
    AccountSettings, App, AppError, Grant, HandoffTag, ReadDrafts, StoredHandoff, WriteHandoffs,
};
use outbound_model::{Handoff, HandoffId, HandoffState, Timestamp};
use outbound_rules::{Finding, counts};

use super::actions::undo_of;
use super::elements::{counts_badges, finding_list, previews, state_badge};
use super::handoff_details::details;
use crate::error::{PageError, PageResult};
use crate::fields::Fields;
use crate::icons::{Icon, icon};
use crate::page::{Page, Section};
use crate::sessions::session::{LoggedIn, Visit};
use crate::text::{self, Text};

/// A handoff with everything that its pages show.
pub(crate) struct LoadedHandoff {
    pub(crate) stored: StoredHandoff,
    /// The published version, if it is not the newest.
    pub(crate) served: Option<Handoff>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) settings: AccountSettings,
}

impl LoadedHandoff {
    pub(crate) async fn of(app: &App, grant: &Grant<ReadDrafts>, id: &HandoffId) -> Result<Self, AppError> {
        let stored = app.draft(grant, id).await?;
        let settings = app.settings(grant).await?;
        let findings = app.check_stored(grant, &stored).await?;
        let newest = stored.latest_version.number;
        let served = match stored.published_version.filter(|number| *number != newest) {
            Some(number) => Some(app.version(grant, id, number).await?.1),
            None => None,
        };
        Ok(Self { stored, served, findings, settings })
    }

    /// The path of its page.
    pub(crate) fn path(&self) -> String {
        format!("/handoffs/{}", self.stored.id)
    }
}

/// The id in a path. An invalid id is not found.
pub(crate) fn known_id(text: &str) -> Result<HandoffId, PageError> {
    text.parse().map_err(|_| PageError::new(StatusCode::NOT_FOUND, "not_found", text::handoff_not_found()))
}

/// `GET /handoffs/{id}`.
pub(crate) async fn show(
    LoggedIn { grant, visit }: LoggedIn<ReadDrafts>,
    State(app): State<App>,
    Path(id): Path<String>,
    query: Fields,
) -> PageResult {
    let loaded = LoadedHandoff::of(&app, &grant, &known_id(&id)?).await?;
    let undo = undo(&app, &visit, &loaded.stored, &query);
    page_after(&app, visit, loaded, None, undo).await
}

/// The button that undoes the last action, as long as the handoff has not changed since.
fn undo(app: &App, visit: &Visit, stored: &StoredHandoff, query: &Fields) -> Markup {
    let (served, token) = undo_of(query);
    let account = &visit.session.user().account;
    let is_possible =
        visit.session.may::<WriteHandoffs>() && app.is_undo_token(account, stored, served, &token);
    html! {
        @if is_possible {
            form method="post" action={ "/handoffs/" (stored.id) "/undo" } class="actions" {
                (visit.token())
                input type="hidden" name="served" value=(served.unwrap_or(0));
                input type="hidden" name="undo" value=(token.expose());
                button { (text::undo()) }
            }
        }
    }
}

/// The page after a failed action, with the reason on top.
pub(crate) async fn error_page(
    app: &App,
    visit: Visit,
    loaded: LoadedHandoff,
    (status, why): (StatusCode, Text),
) -> PageResult {
    page_after(app, visit, loaded, Some((status, why)), html! {}).await
}

/// The page, with a rejection or an undo button on top.
async fn page_after(
    app: &App,
    visit: Visit,
    loaded: LoadedHandoff,
    error: Option<(StatusCode, Text)>,
    undo: Markup,
) -> PageResult {
    let (account, now) = (visit.session.user().account.clone(), app.now());
    Ok(app.compute(&account, move || draw(now, &visit, &loaded, error.as_ref(), &undo)).await?)
}

fn draw(
    now: Timestamp,
    visit: &Visit,
    loaded: &LoadedHandoff,
    error: Option<&(StatusCode, Text)>,
    undo: &Markup,
) -> Response {
    let handoff = &loaded.stored.latest;
    let (consumers, media_hosts) = consumers(loaded);
    let content = html! {
        (undo)
        div class="page-head" {
            div {
                h1 dir="auto" { (handoff.name) }
                p class="summary" { (state_badge(loaded.stored.state())) (counts_badges(counts(&loaded.findings))) }
            }
            (actions(visit, loaded))
        }
        (tabs(&loaded.path(), "handoff"))
        @if !loaded.findings.is_empty() {
            section class="panel" aria-labelledby="findings" {
                h2 id="findings" { (text::findings()) }
                (finding_list(handoff, &loaded.findings))
            }
        }
        (consumers)
        (details(now, &loaded.stored))
    };
    let page = Page::new(handoff.name.as_str(), content).section(Section::Handoffs).media(media_hosts);
    match error {
        Some((status, why)) => page.error(*status, &**why).response(visit),
        None => page.response(visit),
    }
}

/// The previews of the published and the newest version, and the hosts of their images.
fn consumers(loaded: &LoadedHandoff) -> (Markup, BTreeSet<String>) {
    let number = loaded.stored.latest_version.number.to_string();
    let newest = previews(&loaded.stored.latest, &loaded.settings);
    let served = loaded.served.as_ref().map(|served| previews(served, &loaded.settings));
    let title = match loaded.stored.state() {
        HandoffState::Published => text::consumers_see(number),
        HandoffState::Draft | HandoffState::Changed => text::draft_version(number),
        HandoffState::Archived => text::archived_version(number),
    };
    let markup = html! {
        @if let (Some(served), Some(number)) = (&served, loaded.stored.published_version) {
            section aria-labelledby="served" class="section" {
                h2 id="served" { (text::consumers_see(number.to_string())) }
                (served.markup)
            }
        }
        section aria-labelledby="newest" class="section" { h2 id="newest" { (title) } (newest.markup) }
    };
    let hosts = served.into_iter().flat_map(|served| served.media_hosts);
    (markup, newest.media_hosts.into_iter().chain(hosts).collect())
}

/// The actions that are possible in this state for this user.
fn actions(visit: &Visit, loaded: &LoadedHandoff) -> Markup {
    let (path, state) = (loaded.path(), loaded.stored.state());
    let button =
        |action: &str, label: &str, class: &str| action_button(visit, &loaded.stored, action, label, class);
    html! {
        @if visit.session.may::<WriteHandoffs>() {
            div class="actions" {
                @if state == HandoffState::Archived {
                    (button("restore", &text::restore_as_draft(), "primary"))
                } @else {
                    a class="button quiet" href={ (path) "/archive" } { (text::archive()) }
                    @if state != HandoffState::Draft {
                        a class="button" href={ (path) "/unpublish" } { (text::unpublish()) }
                    }
                    a class="button" href={ (path) "/edit" } { (text::edit()) }
                    @if state != HandoffState::Published {
                        a class="button primary" href={ (path) "/review" } { (icon(Icon::Check)) (text::review_and_publish()) }
                    }
                }
            }
        }
    }
}

/// A form with one button. The action applies only to the state of the handoff that this page shows.
pub(crate) fn action_button(
    visit: &Visit,
    stored: &StoredHandoff,
    action: &str,
    label: &str,
    class: &str,
) -> Markup {
    html! {
        form method="post" action={ "/handoffs/" (stored.id) "/" (action) } {
            (visit.token())
            input type="hidden" name="tag" value=(HandoffTag::of(stored));
            button class=(class) { (label) }
        }
    }
}

/// The pages of a handoff.
pub(crate) fn tabs(path: &str, current: &str) -> Markup {
    let id = path.rsplit('/').next().unwrap_or_default();
    let tabs = [
        ("handoff", text::handoff(), ""),
        ("review", text::changes_and_review(), "/review"),
        ("history", text::history(), "/history"),
        ("download", text::download(), "/download"),
    ];
    html! {
        nav class="tabs" aria-label=(text::handoff()) {
            ul {
                @for (name, label, end) in tabs {
                    li { a href={ (path) (end) } aria-current=[(name == current).then_some("page")] { (label) } }
                }
                li { a href={ "/reports?handoff=" (id) } { (text::reports()) } }
            }
        }
    }
}

//! One handoff: where it stands, what is wrong with it, what consumers see, and what can be done.

use std::collections::BTreeSet;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use outbound_app::{
    AccountSettings, App, AppError, Grant, HandoffTag, ReadDrafts, StoredHandoff, WriteHandoffs,
};
use outbound_model::{Handoff, HandoffId, HandoffState, Timestamp, plural};
use outbound_rules::{Finding, counts};

use super::act::undo_of;
use super::parts::{counts_badges, finding_list, previews, state_badge};
use crate::error::{PageError, PageResult};
use crate::fields::Fields;
use crate::icons::{Icon, icon};
use crate::moment::ago;
use crate::page::{Page, Part};
use crate::sessions::session::{SignedIn, Visit};

/// A handoff with all that its pages show.
pub(crate) struct LoadedHandoff {
    pub(crate) stored: StoredHandoff,
    /// The version that is served, where it is not the newest.
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

    /// Where its pages are.
    pub(crate) fn path(&self) -> String {
        format!("/handoffs/{}", self.stored.id)
    }
}

/// The id in a path; one that cannot be is one that is not there.
pub(crate) fn known_id(text: &str) -> Result<HandoffId, PageError> {
    text.parse().map_err(|_| {
        PageError::refused(StatusCode::NOT_FOUND, "not_found", "There is no such handoff in this account")
    })
}

/// `GET /handoffs/{id}`.
pub(crate) async fn show(
    SignedIn { grant, visit }: SignedIn<ReadDrafts>,
    State(app): State<App>,
    Path(id): Path<String>,
    query: Fields,
) -> PageResult {
    let seen = LoadedHandoff::of(&app, &grant, &known_id(&id)?).await?;
    let undo = undo(&app, &visit, &seen.stored, &query);
    page_after(&app, visit, seen, None, undo).await
}

/// The button that undoes what was just done, while nothing else was done since.
fn undo(app: &App, visit: &Visit, stored: &StoredHandoff, query: &Fields) -> Markup {
    let (served, token) = undo_of(query);
    let account = &visit.session.user().account;
    let open = visit.session.may::<WriteHandoffs>() && app.is_undo_token(account, stored, served, &token);
    html! {
        @if open {
            form method="post" action={ "/handoffs/" (stored.id) "/undo" } class="actions" {
                (visit.token())
                input type="hidden" name="served" value=(served.unwrap_or(0));
                input type="hidden" name="undo" value=(token.expose());
                button { "Undo" }
            }
        }
    }
}

/// The page after a refusal, with the reason above it.
pub(crate) async fn refused_page(
    app: &App,
    visit: Visit,
    seen: LoadedHandoff,
    (status, why): (StatusCode, String),
) -> PageResult {
    page_after(app, visit, seen, Some((status, why)), html! {}).await
}

/// The page with what may be undone above it.
async fn page_after(
    app: &App,
    visit: Visit,
    seen: LoadedHandoff,
    refused: Option<(StatusCode, String)>,
    undo: Markup,
) -> PageResult {
    let (account, now) = (visit.session.user().account.clone(), app.now());
    Ok(app.compute(&account, move || draw(now, &visit, &seen, refused.as_ref(), &undo)).await?)
}

fn draw(
    now: Timestamp,
    visit: &Visit,
    seen: &LoadedHandoff,
    refused: Option<&(StatusCode, String)>,
    undo: &Markup,
) -> Response {
    let handoff = &seen.stored.latest;
    let (consumers, media_hosts) = consumers(seen);
    let content = html! {
        (undo)
        div class="page-head" {
            div {
                h1 dir="auto" { (handoff.name) }
                p class="summary" { (state_badge(seen.stored.state())) (counts_badges(counts(&seen.findings))) }
            }
            (actions(visit, seen))
        }
        (tabs(&seen.path(), "handoff"))
        @if !seen.findings.is_empty() {
            section class="panel" aria-labelledby="findings" { h2 id="findings" { "Findings" } (finding_list(handoff, &seen.findings)) }
        }
        (consumers)
        (facts(now, &seen.stored))
    };
    let page = Page::new(handoff.name.as_str(), content).part(Part::Handoffs).media(media_hosts);
    match refused {
        Some((status, why)) => page.refused(*status, why).to(visit),
        None => page.to(visit),
    }
}

/// What is served now and what is not yet, each with its name, and the hosts of their pictures.
fn consumers(seen: &LoadedHandoff) -> (Markup, BTreeSet<String>) {
    let number = seen.stored.latest_version.number;
    let newest = previews(&seen.stored.latest, &seen.settings);
    let served = seen.served.as_ref().map(|served| previews(served, &seen.settings));
    let title = match seen.stored.state() {
        HandoffState::Published => format!("What consumers see now: version {number}"),
        HandoffState::Draft | HandoffState::Changed => {
            format!("Draft: version {number}, which consumers do not see yet")
        }
        HandoffState::Archived => format!("Archived: version {number}, which consumers do not see"),
    };
    let markup = html! {
        @if let (Some(served), Some(number)) = (&served, seen.stored.published_version) {
            section aria-labelledby="served" class="section" {
                h2 id="served" { "What consumers see now: version " (number) }
                (served.markup)
            }
        }
        section aria-labelledby="newest" class="section" { h2 id="newest" { (title) } (newest.markup) }
    };
    let hosts = served.into_iter().flat_map(|served| served.media_hosts);
    (markup, newest.media_hosts.into_iter().chain(hosts).collect())
}

/// What can be done in this state, by whom.
fn actions(visit: &Visit, seen: &LoadedHandoff) -> Markup {
    let (path, state) = (seen.path(), seen.stored.state());
    let button =
        |action: &str, label: &str, class: &str| act_button(visit, &seen.stored, action, label, class);
    html! {
        @if visit.session.may::<WriteHandoffs>() {
            div class="actions" {
                @if state == HandoffState::Archived {
                    (button("restore", "Restore as a draft", "primary"))
                } @else {
                    a class="button quiet" href={ (path) "/archive" } { "Archive" }
                    @if state != HandoffState::Draft { a class="button" href={ (path) "/unpublish" } { "Unpublish" } }
                    a class="button" href={ (path) "/edit" } { "Edit" }
                    @if state != HandoffState::Published {
                        a class="button primary" href={ (path) "/review" } { (icon(Icon::Check)) "Review and publish" }
                    }
                }
            }
        }
    }
}

/// A form of one button, good for the handoff as it is on this page.
pub(crate) fn act_button(
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
    let tabs = [
        ("handoff", "Handoff", ""),
        ("review", "Changes and review", "/review"),
        ("history", "History", "/history"),
        ("download", "Download", "/download"),
    ];
    html! {
        nav class="tabs" aria-label="Handoff" {
            ul {
                @for (word, label, end) in tabs {
                    li { a href={ (path) (end) } aria-current=[(word == current).then_some("page")] { (label) } }
                }
            }
        }
    }
}

fn facts(now: Timestamp, stored: &StoredHandoff) -> Markup {
    let (handoff, version) = (&stored.latest, &stored.latest_version);
    html! {
        section class="panel" aria-labelledby="facts" {
            h2 id="facts" { "Facts" }
            dl class="pairs" {
                dt { "Id" } dd { code { (stored.id) } }
                dt { "Lookback" } dd { (lookback(handoff)) }
                dt { "Routing" }
                dd { @if handoff.route_all_within_lookback { "Reopened conversations too" } @else { "New conversations only" } }
                dt { "Last saved" }
                dd { (ago(version.saved_at, now)) " by " span dir="auto" { (version.saved_by) } ", version " (version.number) }
                dt { "Published" }
                dd { @match stored.published_version { Some(number) => { "Version " (number) }, None => "Not published" } }
            }
        }
    }
}

fn lookback(handoff: &Handoff) -> String {
    let days = plural(handoff.lookback_period_day.unsigned_abs(), "day", "days");
    format!("{days}, {}", plural(handoff.lookback_period_hour.unsigned_abs(), "hour", "hours"))
}

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

use super::act::undo_of;
use super::parts::{counts_badges, finding_list, previews, state_badge};
use crate::error::{PageError, PageResult};
use crate::fields::Fields;
use crate::icons::{Icon, icon};
use crate::moment::ago;
use crate::page::{Page, Part};
use crate::sessions::session::{SignedIn, Visit};
use crate::text::{self, Text, rich};

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
    text.parse()
        .map_err(|_| PageError::refused(StatusCode::NOT_FOUND, "not_found", text::handoff_not_found()))
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

/// The page after a refused action, with the reason on top.
pub(crate) async fn refused_page(
    app: &App,
    visit: Visit,
    seen: LoadedHandoff,
    (status, why): (StatusCode, Text),
) -> PageResult {
    page_after(app, visit, seen, Some((status, why)), html! {}).await
}

/// The page, with a refusal or an undo button on top.
async fn page_after(
    app: &App,
    visit: Visit,
    seen: LoadedHandoff,
    refused: Option<(StatusCode, Text)>,
    undo: Markup,
) -> PageResult {
    let (account, now) = (visit.session.user().account.clone(), app.now());
    Ok(app.compute(&account, move || draw(now, &visit, &seen, refused.as_ref(), &undo)).await?)
}

fn draw(
    now: Timestamp,
    visit: &Visit,
    seen: &LoadedHandoff,
    refused: Option<&(StatusCode, Text)>,
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
            section class="panel" aria-labelledby="findings" {
                h2 id="findings" { (text::findings()) }
                (finding_list(handoff, &seen.findings))
            }
        }
        (consumers)
        (facts(now, &seen.stored))
    };
    let page = Page::new(handoff.name.as_str(), content).part(Part::Handoffs).media(media_hosts);
    match refused {
        Some((status, why)) => page.refused(*status, &**why).to(visit),
        None => page.to(visit),
    }
}

/// The previews of the published and the newest version, and the hosts of their images.
fn consumers(seen: &LoadedHandoff) -> (Markup, BTreeSet<String>) {
    let number = seen.stored.latest_version.number.to_string();
    let newest = previews(&seen.stored.latest, &seen.settings);
    let served = seen.served.as_ref().map(|served| previews(served, &seen.settings));
    let title = match seen.stored.state() {
        HandoffState::Published => text::consumers_see(number),
        HandoffState::Draft | HandoffState::Changed => text::draft_version(number),
        HandoffState::Archived => text::archived_version(number),
    };
    let markup = html! {
        @if let (Some(served), Some(number)) = (&served, seen.stored.published_version) {
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
fn actions(visit: &Visit, seen: &LoadedHandoff) -> Markup {
    let (path, state) = (seen.path(), seen.stored.state());
    let button =
        |action: &str, label: &str, class: &str| act_button(visit, &seen.stored, action, label, class);
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
            }
        }
    }
}

fn facts(now: Timestamp, stored: &StoredHandoff) -> Markup {
    let (handoff, version) = (&stored.latest, &stored.latest_version);
    html! {
        section class="panel" aria-labelledby="facts" {
            h2 id="facts" { (text::details()) }
            dl class="pairs" {
                dt { (text::id()) } dd { code { (stored.id) } }
                dt { (text::lookback_period()) } dd { (lookback(handoff)) }
                dt { (text::routing()) }
                dd {
                    @if handoff.route_all_within_lookback { (text::routing_all()) } @else { (text::routing_new()) }
                }
                dt { (text::last_saved()) }
                dd {
                    (rich(
                        |[time, user]| text::last_saved_details(time, user, version.number.to_string()),
                        &[ago(version.saved_at, now), html! { span dir="auto" { (version.saved_by) } }],
                    ))
                }
                dt { (text::published()) }
                dd {
                    @match stored.published_version {
                        Some(number) => (text::version_number(number.to_string())),
                        None => (text::not_published_yet()),
                    }
                }
            }
        }
    }
}

fn lookback(handoff: &Handoff) -> Text {
    text::lookback_duration(handoff.lookback_period_day, handoff.lookback_period_hour)
}

//! The review of what publishing would change.

use axum::extract::{Path, State};
use maud::{Markup, html};
use outbound_app::{App, ReadDrafts, WriteHandoffs};
use outbound_model::{Handoff, HandoffState};
use outbound_rules::{Severity, counts};

use super::compare::{changes, views};
use super::handoff::{LoadedHandoff, act_button, known_id, tabs};
use super::parts::{counts_badges, finding_list, previews, state_badge};
use crate::error::PageResult;
use crate::fields::Fields;
use crate::page::{Page, Part};
use crate::sessions::session::{SignedIn, Visit};
use crate::text;

/// `GET /handoffs/{id}/review`.
pub(crate) async fn show(
    SignedIn { grant, visit }: SignedIn<ReadDrafts>,
    State(app): State<App>,
    Path(id): Path<String>,
    query: Fields,
) -> PageResult {
    let id = known_id(&id)?;
    let seen = LoadedHandoff::of(&app, &grant, &id).await?;
    app.compute(grant.account(), move || draw(&visit, &seen, &query)).await?
}

fn draw(visit: &Visit, seen: &LoadedHandoff, query: &Fields) -> PageResult {
    let latest = &seen.stored.latest;
    let previews = previews(latest, &seen.settings);
    let content = html! {
        div class="page-head" {
            div {
                h1 dir="auto" { (latest.name) }
                p class="summary" { (state_badge(seen.stored.state())) (counts_badges(counts(&seen.findings))) }
            }
        }
        (tabs(&seen.path(), "review"))
        @if query.text("done") == "rolled-back" { (undo_link(seen)) }
        (decision(visit, seen))
        @if !seen.findings.is_empty() {
            section class="panel" aria-labelledby="findings" {
                h2 id="findings" { (text::findings()) }
                (finding_list(latest, &seen.findings))
            }
        }
        @if let Some(published) = &seen.served { (differences(seen, published, query)?) }
        section aria-labelledby="seen" class="section" {
            h2 id="seen" { (text::consumers_will_see()) }
            (previews.markup)
        }
    };
    let page = Page::new(text::review(), content).part(Part::Handoffs).media(previews.media_hosts);
    Ok(page.to(visit))
}

/// The link to undo the restoration of a version.
fn undo_link(seen: &LoadedHandoff) -> Markup {
    let before = seen.stored.latest_version.number - 1;
    html! {
        @if before > 0 {
            p {
                a class="button small" href={ (seen.path()) "/versions/" (before) "/restore" } {
                    (text::undo_restore(before.to_string()))
                }
            }
        }
    }
}

fn differences(
    seen: &LoadedHandoff,
    published: &Handoff,
    query: &Fields,
) -> Result<Markup, outbound_app::AppError> {
    Ok(html! {
        section class="panel" aria-labelledby="changes" {
            div class="page-head" {
                h2 id="changes" { (text::changes_since_published()) }
                (views(query, &format!("{}/review", seen.path())))
            }
            (changes(published, &seen.stored.latest, query)?)
        }
    })
}

/// The buttons, and what publishing does or why it is not possible.
fn decision(visit: &Visit, seen: &LoadedHandoff) -> Markup {
    let (stored, state) = (&seen.stored, seen.stored.state());
    let errors = seen.findings.iter().any(|finding| finding.severity == Severity::Error);
    let own = seen.settings.four_eyes && stored.latest_version.saved_by == visit.session.user().name.as_str();
    let edit = html! { a class="button" href={ (seen.path()) "/edit" } { (text::edit()) } };
    let (sentence, buttons) = if state == HandoffState::Archived {
        (text::review_archived(), html! {})
    } else if state == HandoffState::Published {
        (text::review_nothing(), edit)
    } else if errors {
        (text::review_errors(), edit)
    } else if own {
        (text::review_own_version(), edit)
    } else if state == HandoffState::Draft {
        (text::review_first(), html! { (edit) (publish(visit, seen)) })
    } else {
        (text::review_changes(), html! { (edit) (publish(visit, seen)) })
    };
    html! {
        section class="panel decision" aria-label=(text::publish()) {
            p { (sentence) }
            @if visit.session.may::<WriteHandoffs>() { div class="actions" { (buttons) } }
        }
    }
}

fn publish(visit: &Visit, seen: &LoadedHandoff) -> Markup {
    let number = seen.stored.latest_version.number;
    act_button(visit, &seen.stored, "publish", &text::publish_version(number.to_string()), "primary")
}

//! What publishing would change, before it does.

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
    let (latest, phones) = (&seen.stored.latest, previews(&seen.stored.latest, &seen.settings));
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
            section class="panel" aria-labelledby="findings" { h2 id="findings" { "Findings" } (finding_list(latest, &seen.findings)) }
        }
        @if let Some(published) = &seen.served { (differences(seen, published, query)?) }
        section aria-labelledby="seen" class="section" {
            h2 id="seen" { "What consumers will see" }
            (phones.markup)
        }
    };
    let page = Page::new("Review", content).part(Part::Handoffs).media(phones.media_hosts);
    Ok(page.to(visit))
}

/// After a version was restored: the way back to the one before it.
fn undo_link(seen: &LoadedHandoff) -> Markup {
    let before = seen.stored.latest_version.number - 1;
    html! {
        @if before > 0 {
            p { a class="button small" href={ (seen.path()) "/versions/" (before) "/restore" } { "Undo: restore version " (before) } }
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
                h2 id="changes" { "Changes since the published version" }
                (views(query, &format!("{}/review", seen.path())))
            }
            (changes(published, &seen.stored.latest, query)?)
        }
    })
}

/// What can be done now, or why nothing can.
fn decision(visit: &Visit, seen: &LoadedHandoff) -> Markup {
    let (stored, state) = (&seen.stored, seen.stored.state());
    let errors = seen.findings.iter().any(|finding| finding.severity == Severity::Error);
    let own = seen.settings.four_eyes && stored.latest_version.saved_by == visit.session.user().name.as_str();
    let edit = html! { a class="button" href={ (seen.path()) "/edit" } { "Edit" } };
    let (words, buttons) = if state == HandoffState::Archived {
        ("This handoff is archived. Restore it to publish it.", html! {})
    } else if state == HandoffState::Published {
        ("The newest version is published: there is nothing to review.", edit)
    } else if errors {
        ("A provider would refuse this message. Mend the errors, then publish.", edit)
    } else if own {
        (
            "You saved this version, so somebody else has to publish it. Send them the address of this page.",
            edit,
        )
    } else if state == HandoffState::Draft {
        (
            "Nothing is served yet. Publishing serves this version from now on.",
            html! { (edit) (publish(visit, seen)) },
        )
    } else {
        (
            "The older version is served. Publishing serves this one instead.",
            html! { (edit) (publish(visit, seen)) },
        )
    };
    html! {
        section class="panel decision" aria-label="Publish" {
            p { (words) }
            @if visit.session.may::<WriteHandoffs>() { div class="actions" { (buttons) } }
        }
    }
}

fn publish(visit: &Visit, seen: &LoadedHandoff) -> Markup {
    let number = seen.stored.latest_version.number;
    act_button(visit, &seen.stored, "publish", &format!("Publish version {number}"), "primary")
}

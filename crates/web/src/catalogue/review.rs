//! The review of what publishing would change.

use axum::extract::{Path, State};
use maud::{Markup, html};
use outbound_app::{App, ReadDrafts, WriteHandoffs};
use outbound_model::{Handoff, HandoffState};
use outbound_rules::{Severity, counts};

use super::compare::{changes, views};
use super::elements::{counts_badges, finding_list, previews, state_badge};
use super::handoff::{LoadedHandoff, action_button, known_id, tabs};
use crate::error::PageResult;
use crate::fields::Fields;
use crate::page::{Page, Section};
use crate::sessions::session::{LoggedIn, Visit};
use crate::text;

/// `GET /handoffs/{id}/review`.
pub(crate) async fn show(
    LoggedIn { grant, visit }: LoggedIn<ReadDrafts>,
    State(app): State<App>,
    Path(id): Path<String>,
    query: Fields,
) -> PageResult {
    let id = known_id(&id)?;
    let loaded = LoadedHandoff::of(&app, &grant, &id).await?;
    app.compute(grant.account(), move || draw(&visit, &loaded, &query)).await?
}

fn draw(visit: &Visit, loaded: &LoadedHandoff, query: &Fields) -> PageResult {
    let latest = &loaded.stored.latest;
    let previews = previews(latest, &loaded.settings);
    let number = loaded.stored.latest_version.number.to_string();
    let preview_title = match loaded.stored.state() {
        HandoffState::Published => text::consumers_see(number),
        HandoffState::Draft | HandoffState::Changed => text::consumers_will_see(),
        HandoffState::Archived => text::archived_version(number),
    };
    let content = html! {
        div class="page-head" {
            div {
                h1 dir="auto" { (latest.name) }
                p class="summary" { (state_badge(loaded.stored.state())) (counts_badges(counts(&loaded.findings))) }
            }
        }
        (tabs(&loaded.path(), "review"))
        @if query.text("done") == "rolled-back" { (undo_link(loaded)) }
        (decision(visit, loaded))
        @if !loaded.findings.is_empty() {
            section class="panel" aria-labelledby="findings" {
                h2 id="findings" { (text::findings()) }
                (finding_list(latest, &loaded.findings))
            }
        }
        @if let Some(published) = &loaded.served { (differences(loaded, published, query)?) }
        section aria-labelledby="seen" class="section" {
            h2 id="seen" { (preview_title) }
            (previews.markup)
        }
    };
    let page = Page::new(text::review(), content).section(Section::Handoffs).media(previews.media_hosts);
    Ok(page.response(visit))
}

/// The link to undo the restoration of a version.
fn undo_link(loaded: &LoadedHandoff) -> Markup {
    let before = loaded.stored.latest_version.number - 1;
    html! {
        @if before > 0 {
            p {
                a class="button small" href={ (loaded.path()) "/versions/" (before) "/restore" } {
                    (text::undo_restore(before.to_string()))
                }
            }
        }
    }
}

fn differences(
    loaded: &LoadedHandoff,
    published: &Handoff,
    query: &Fields,
) -> Result<Markup, outbound_app::AppError> {
    Ok(html! {
        section class="panel" aria-labelledby="changes" {
            div class="page-head" {
                h2 id="changes" { (text::changes_since_published()) }
                (views(query, &format!("{}/review", loaded.path())))
            }
            (changes(published, &loaded.stored.latest, query)?)
        }
    })
}

/// The buttons, and what publishing does or why it is not possible.
fn decision(visit: &Visit, loaded: &LoadedHandoff) -> Markup {
    let (stored, state) = (&loaded.stored, loaded.stored.state());
    let errors = loaded.findings.iter().any(|finding| finding.severity == Severity::Error);
    let own =
        loaded.settings.four_eyes && stored.latest_version.saved_by == visit.session.user().name.as_str();
    let edit = html! { a class="button" href={ (loaded.path()) "/edit" } { (text::edit()) } };
    let (sentence, buttons) = if state == HandoffState::Archived {
        (text::review_archived(), html! {})
    } else if state == HandoffState::Published {
        (text::review_nothing(), edit)
    } else if errors {
        (text::review_errors(), edit)
    } else if own {
        (text::review_own_version(), edit)
    } else if state == HandoffState::Draft {
        (text::review_first(), html! { (edit) (publish(visit, loaded)) })
    } else {
        (text::review_changes(), html! { (edit) (publish(visit, loaded)) })
    };
    html! {
        section class="panel decision" aria-label=(text::publish()) {
            p { (sentence) }
            @if visit.session.may::<WriteHandoffs>() { div class="actions" { (buttons) } }
        }
    }
}

fn publish(visit: &Visit, loaded: &LoadedHandoff) -> Markup {
    let number = loaded.stored.latest_version.number;
    action_button(visit, &loaded.stored, "publish", &text::publish_version(number.to_string()), "primary")
}

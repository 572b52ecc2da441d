//! The versions of a handoff, with links to compare any two and to restore one.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};
use outbound_app::{
    App, AppError, ExpectedTag, HandoffTag, ReadDrafts, StoredHandoff, VersionRecord, WriteHandoffs,
};
use outbound_model::HandoffState;

use super::actions::error_message;
use super::handoff::{LoadedHandoff, error_page, known_id, tabs};
use crate::confirm::Question;
use crate::error::PageResult;
use crate::fields::Fields;
use crate::moment::at;
use crate::page::{Page, Section};
use crate::sessions::session::{LoggedIn, Posted, Visit};
use crate::text;

/// Versions on a page.
const PER_PAGE: u32 = 25;

/// `GET /handoffs/{id}/history`.
pub(crate) async fn show(
    LoggedIn { grant, visit }: LoggedIn<ReadDrafts>,
    State(app): State<App>,
    Path(id): Path<String>,
    query: Fields,
) -> PageResult {
    let id = known_id(&id)?;
    let stored = app.draft(&grant, &id).await?;
    let before = query.text("before").parse().ok();
    let versions = app.versions(&grant, &id, before, PER_PAGE).await?;
    let path = format!("/handoffs/{id}");
    let older = versions.last().map(|last| last.number).filter(|number| *number > 1);
    let content = html! {
        div class="page-head" { h1 dir="auto" { (stored.latest.name) } }
        (tabs(&path, "history"))
        form method="get" action={ (path) "/compare" } class="section" {
            div class="table-frame" { (table(&visit, &stored, &versions)) }
            div class="pager" {
                @if is_comparable(&stored) { button { (text::compare_selected()) } }
                @if let Some(older) = older {
                    a class="button" href={ (path) "/history?before=" (older) } { (text::older_versions()) }
                }
            }
        }
    };
    Ok(Page::new(text::history(), content).section(Section::Handoffs).response(&visit))
}

/// Whether there are two versions to compare.
fn is_comparable(stored: &StoredHandoff) -> bool {
    stored.latest_version.number > 1
}

fn table(visit: &Visit, stored: &StoredHandoff, versions: &[VersionRecord]) -> Markup {
    let may_restore = visit.session.may::<WriteHandoffs>() && stored.state() != HandoffState::Archived;
    html! {
        table class="cards" {
            caption class="unseen" { (text::versions()) }
            thead { tr {
                @if is_comparable(stored) {
                    th scope="col" { (text::compare_from()) }
                    th scope="col" { (text::compare_to()) }
                }
                th scope="col" { (text::version()) }
                th scope="col" { (text::saved()) }
                th scope="col" { (text::saved_by()) }
                th scope="col" { (text::note()) }
                th scope="col" { span class="unseen" { (text::restore()) } }
            } }
            tbody {
                @for (place, version) in versions.iter().enumerate() {
                    (row(stored, version, place, may_restore))
                }
            }
        }
    }
}

fn row(stored: &StoredHandoff, version: &VersionRecord, place: usize, may_restore: bool) -> Markup {
    let number = version.number;
    let is_latest = number == stored.latest_version.number;
    html! {
        tr {
            @if is_comparable(stored) {
                td data-label=(text::compare_from()) {
                    input type="radio" name="from" value=(number) checked[place == 1]
                        aria-label=(text::compare_from_version(number.to_string()));
                }
                td data-label=(text::compare_to()) {
                    input type="radio" name="to" value=(number) checked[place == 0]
                        aria-label=(text::compare_to_version(number.to_string()));
                }
            }
            th scope="row" {
                span class="unseen" { (text::version()) " " } (number) " "
                @if stored.published_version == Some(number) { span class="badge published" { (text::published()) } }
            }
            td data-label=(text::saved()) { (at(version.saved_at)) }
            td data-label=(text::saved_by()) { span dir="auto" { (version.saved_by) } }
            td data-label=(text::note()) { @if let Some(note) = &version.note { span dir="auto" { (note) } } }
            td {
                @if may_restore && !is_latest {
                    a class="button small" href={ "/handoffs/" (stored.id) "/versions/" (number) "/restore" }
                        aria-label=(text::restore_version(number.to_string())) { (text::restore()) }
                }
            }
        }
    }
}

/// `GET /handoffs/{id}/versions/{number}/restore`: asks for confirmation.
pub(crate) async fn ask_restore(
    LoggedIn { grant, visit }: LoggedIn<WriteHandoffs>,
    State(app): State<App>,
    Path((id, number)): Path<(String, i64)>,
) -> PageResult {
    let id = known_id(&id)?;
    let stored = app.draft(&grant.to_read(), &id).await?;
    app.version(&grant.to_read(), &id, number).await?;
    let (path, latest) = (format!("/handoffs/{id}"), stored.latest_version.number);
    let consequence =
        text::restore_version_consequence(latest.to_string(), (latest + 1).to_string(), number.to_string());
    let tag = HandoffTag::of(&stored);
    let question = Question {
        section: Section::Handoffs,
        title: &text::restore_version_title(stored.latest.name.as_str(), number.to_string()),
        consequence: &consequence,
        action: &format!("{path}/versions/{number}/restore"),
        fields: &[("tag", tag.as_str())],
        button: &text::restore(),
        back: &format!("{path}/history"),
    };
    Ok(question.ask(&visit))
}

/// `POST /handoffs/{id}/versions/{number}/restore`.
pub(crate) async fn restore(
    State(app): State<App>,
    Path((id, number)): Path<(String, i64)>,
    Posted { grant, visit, fields }: Posted<WriteHandoffs>,
) -> PageResult {
    let id = known_id(&id)?;
    let expected = ExpectedTag::OneOf(vec![fields.text("tag").to_owned()]);
    match app.restore_version(&grant, &id, number, &expected).await {
        Ok(_) => Ok(Redirect::to(&format!("/handoffs/{id}/review?done=rolled-back")).into_response()),
        Err(error @ (AppError::Stale { .. } | AppError::Archived(_) | AppError::NameTaken(_))) => {
            let loaded = LoadedHandoff::of(&app, &grant.to_read(), &id).await?;
            error_page(&app, visit, loaded, (StatusCode::CONFLICT, error_message(&error))).await
        }
        Err(error) => Err(error.into()),
    }
}

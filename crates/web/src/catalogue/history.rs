//! The versions of a handoff: who saved what when, any two compared, any one restored.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};
use outbound_app::{
    App, AppError, ExpectedTag, HandoffTag, ReadDrafts, StoredHandoff, VersionRecord, WriteHandoffs,
};
use outbound_model::HandoffState;

use super::act::why;
use super::handoff::{LoadedHandoff, known_id, refused_page, tabs};
use crate::confirm::Question;
use crate::error::PageResult;
use crate::fields::Fields;
use crate::moment::at;
use crate::page::{Page, Part};
use crate::sessions::session::{Posted, SignedIn, Visit};

/// Versions of a page.
const PER_PAGE: u32 = 25;

/// `GET /handoffs/{id}/history`.
pub(crate) async fn show(
    SignedIn { grant, visit }: SignedIn<ReadDrafts>,
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
                @if stored.latest_version.number > 1 { button { "Compare the two chosen" } }
                @if let Some(older) = older { a class="button" href={ (path) "/history?before=" (older) } { "Older versions" } }
            }
        }
    };
    Ok(Page::new("History", content).part(Part::Handoffs).to(&visit))
}

fn table(visit: &Visit, stored: &StoredHandoff, versions: &[VersionRecord]) -> Markup {
    let may_restore = visit.session.may::<WriteHandoffs>() && stored.state() != HandoffState::Archived;
    html! {
        table class="cards" {
            caption class="unseen" { "Versions" }
            thead { tr {
                th scope="col" { "From" } th scope="col" { "To" } th scope="col" { "Version" }
                th scope="col" { "Saved" } th scope="col" { "By" } th scope="col" { "Note" }
                th scope="col" { span class="unseen" { "Restore" } }
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
            td data-label="Compare from" { input type="radio" name="from" value=(number) checked[place == 1] aria-label={ "From version " (number) }; }
            td data-label="Compare to" { input type="radio" name="to" value=(number) checked[place == 0] aria-label={ "To version " (number) }; }
            th scope="row" {
                span class="unseen" { "Version " } (number) " "
                @if stored.published_version == Some(number) { span class="badge published" { "Published" } }
            }
            td data-label="Saved" { (at(version.saved_at)) }
            td data-label="By" { span dir="auto" { (version.saved_by) } }
            td data-label="Note" { @if let Some(note) = &version.note { span dir="auto" { (note) } } }
            td { @if may_restore && !is_latest { a class="button small" href={ "/handoffs/" (stored.id) "/versions/" (number) "/restore" } { "Restore" span class="unseen" { " version " (number) } } } }
        }
    }
}

/// `GET /handoffs/{id}/versions/{number}/restore`: asks first.
pub(crate) async fn ask_restore(
    SignedIn { grant, visit }: SignedIn<WriteHandoffs>,
    State(app): State<App>,
    Path((id, number)): Path<(String, i64)>,
) -> PageResult {
    let id = known_id(&id)?;
    let stored = app.draft(&grant.to_read(), &id).await?;
    app.version(&grant.to_read(), &id, number).await?;
    let (path, latest) = (format!("/handoffs/{id}"), stored.latest_version.number);
    let consequence = format!(
        "A new version {} gets the content of version {number}. Version {latest} stays in the history, and what is \
         served does not change until you publish.",
        latest + 1
    );
    let tag = HandoffTag::of(&stored);
    let question = Question {
        part: Part::Handoffs,
        title: &format!("Restore version {number} of {}?", stored.latest.name),
        consequence: &consequence,
        action: &format!("{path}/versions/{number}/restore"),
        fields: &[("tag", tag.as_str())],
        button: "Restore",
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
        Err(refused @ (AppError::Stale { .. } | AppError::Archived(_) | AppError::NameTaken(_))) => {
            let seen = LoadedHandoff::of(&app, &grant.to_read(), &id).await?;
            refused_page(&app, visit, seen, (StatusCode::CONFLICT, why(&refused))).await
        }
        Err(error) => Err(error.into()),
    }
}

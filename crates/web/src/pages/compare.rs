//! Two versions of a handoff, side by side or in one text.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use maud::{Markup, html};
use outbound_app::{App, AppError, ReadDrafts, VersionRecord};
use outbound_compare::{Change, Kind, Run, RunKind, compare};
use outbound_model::Handoff;
use serde_json::Value;

use crate::error::{PageError, PageResult};
use crate::fields::Fields;
use crate::page::{Page, Part};
use crate::pages::handoff::{known_id, tabs};
use crate::pages::parts::{at, channel_label, place, shortened};
use crate::session::SignedIn;

/// Changes that a page shows one by one.
const SHOWN: usize = 200;

/// `GET /handoffs/{id}/compare?from=1&to=2`.
pub(crate) async fn show(
    SignedIn { grant, visit }: SignedIn<ReadDrafts>,
    State(app): State<App>,
    Path(id): Path<String>,
    query: Fields,
) -> PageResult {
    let id = known_id(&id)?;
    let numbers = ["from", "to"].map(|name| query.text(name).parse::<i64>().ok());
    let [Some(one), Some(other)] = numbers else {
        let sentence = "Choose two versions in the history to compare them";
        return Err(PageError::refused(StatusCode::BAD_REQUEST, "bad_parameter", sentence));
    };
    let (old_record, old) = app.version(&grant, &id, one.min(other)).await?;
    let (new_record, new) = app.version(&grant, &id, one.max(other)).await?;
    let path = format!("/handoffs/{id}");
    let content = html! {
        div class="page-head" { h1 dir="auto" { (new.name) } }
        (tabs(&path, "history"))
        section class="panel" aria-labelledby="changes" {
            div class="page-head" {
                h2 id="changes" { "Version " (old_record.number) " to version " (new_record.number) }
                (views(&query, &format!("{path}/compare")))
            }
            (versions(&old_record, &new_record))
            (changes(&old, &new, &query)?)
        }
    };
    Ok(Page::new("Compare versions", content).part(Part::Handoffs).to(&visit))
}

fn versions(old: &VersionRecord, new: &VersionRecord) -> Markup {
    html! {
        p class="hint" {
            "Saved " (at(old.saved_at)) " by " span dir="auto" { (old.saved_by) } ", and "
            (at(new.saved_at)) " by " span dir="auto" { (new.saved_by) } "."
        }
    }
}

/// Links to the two ways of looking at it.
pub(crate) fn views(query: &Fields, path: &str) -> Markup {
    let (query, inline) = (query.without("done"), is_inline(query));
    html! {
        nav class="actions" aria-label="View" {
            a class="button" href=(query.with("view", "").href(path)) aria-current=[(!inline).then_some("true")] { "Side by side" }
            a class="button" href=(query.with("view", "inline").href(path)) aria-current=[inline.then_some("true")] { "In one text" }
        }
    }
}

fn is_inline(query: &Fields) -> bool {
    query.text("view") == "inline"
}

/// Every difference from `old` to `new`.
pub(crate) fn changes(old: &Handoff, new: &Handoff, query: &Fields) -> Result<Markup, AppError> {
    let changes = compare(old, new)?;
    let inline = is_inline(query);
    Ok(html! {
        @if changes.is_empty() {
            p class="hint" { "Nothing is different." }
        } @else {
            div class="table-frame" {
                table class="changes" {
                    caption class="unseen" { "Differences" }
                    thead { tr {
                        th scope="col" { "Where" }
                        @if inline { th scope="col" { "Change" } } @else { th scope="col" { "Before" } th scope="col" { "After" } }
                    } }
                    tbody { @for change in changes.iter().take(SHOWN) { (row(change, inline)) } }
                }
            }
            @if changes.len() > SHOWN { p class="hint" { "And " (changes.len() - SHOWN) " more changes." } }
        }
    })
}

fn row(change: &Change, inline: bool) -> Markup {
    let pointer = change.new_path.as_deref().or(change.old_path.as_deref()).unwrap_or_default();
    let what = match change.kind {
        Kind::Added => "added",
        Kind::Removed => "removed",
        Kind::Changed => "changed",
        Kind::Moved => "moved",
    };
    html! {
        tr {
            th scope="row" {
                @match &change.channel {
                    Some(channel) => (channel_label(channel)),
                    None => "Handoff",
                }
                @if let Some(component) = &change.component { " › " (component) }
                div class="hint" { (place(pointer)) " " (what) }
            }
            @if inline {
                td { (both(change)) }
            } @else {
                td { (one_side(change, change.old.as_ref(), RunKind::Removed)) }
                td { (one_side(change, change.new.as_ref(), RunKind::Added)) }
            }
        }
    }
}

/// The words of one version, its own marked.
fn one_side(change: &Change, value: Option<&Value>, own: RunKind) -> Markup {
    let words = || change.words.iter().filter(|run| run.kind == RunKind::Same || run.kind == own);
    html! {
        div class="value" dir="auto" {
            @if change.kind == Kind::Moved {
                (moved(change, own))
            } @else if change.words.is_empty() {
                @if let Some(value) = value { (marked(own, &text(value))) } @else { span class="hint" { "–" } }
            } @else {
                @for run in words() { (marked(run.kind, &run.text)) }
            }
        }
    }
}

/// Both versions in one text.
fn both(change: &Change) -> Markup {
    html! {
        div class="value" dir="auto" {
            @if change.kind == Kind::Moved {
                (moved(change, RunKind::Removed)) " → " (moved(change, RunKind::Added))
            }
            @for Run { kind, text } in &change.words { (marked(*kind, text)) }
            @if change.words.is_empty() && change.kind != Kind::Moved {
                @if let Some(old) = &change.old { (marked(RunKind::Removed, &text(old))) " " }
                @if let Some(new) = &change.new { (marked(RunKind::Added, &text(new))) }
            }
        }
    }
}

fn moved(change: &Change, side: RunKind) -> Markup {
    let path = if side == RunKind::Removed { &change.old_path } else { &change.new_path };
    let number = path.as_deref().and_then(|path| path.rsplit('/').next()?.parse::<usize>().ok());
    html! { @if let Some(number) = number { "place " (number + 1) } }
}

fn marked(kind: RunKind, text: &str) -> Markup {
    match kind {
        RunKind::Same => html! { (text) },
        RunKind::Added => html! { ins { (text) } },
        RunKind::Removed => html! { del { (text) } },
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => shortened(text),
        other => shortened(&format!("{other:#}")),
    }
}

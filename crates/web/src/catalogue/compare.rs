//! The differences between two versions of a handoff, side by side or inline.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use maud::{Markup, html};
use outbound_app::{App, AppError, ReadDrafts, VersionRecord};
use outbound_compare::compare;
use outbound_model::{Handoff, HandoffId};

use super::changes::{Layout, draw};
use super::handoff::{known_id, tabs};
use crate::error::{PageError, PageResult};
use crate::fields::Fields;
use crate::moment::at;
use crate::page::{Page, Section};
use crate::sessions::session::{LoggedIn, Visit};
use crate::text::{self, rich};

/// `GET /handoffs/{id}/compare?from=1&to=2`.
pub(crate) async fn show(
    LoggedIn { grant, visit }: LoggedIn<ReadDrafts>,
    State(app): State<App>,
    Path(id): Path<String>,
    query: Fields,
) -> PageResult {
    let id = known_id(&id)?;
    let numbers = ["from", "to"].map(|name| query.text(name).parse::<i64>().ok());
    let [Some(one), Some(other)] = numbers else {
        return Err(PageError::new(StatusCode::BAD_REQUEST, "bad_parameter", text::choose_versions()));
    };
    let old = app.version(&grant, &id, one.min(other)).await?;
    let new = app.version(&grant, &id, one.max(other)).await?;
    app.compute(grant.account(), move || page(&visit, &id, &old, &new, &query)).await?
}

type Version = (VersionRecord, Handoff);

fn page(
    visit: &Visit,
    id: &HandoffId,
    (old_record, old): &Version,
    (new_record, new): &Version,
    query: &Fields,
) -> PageResult {
    let path = format!("/handoffs/{id}");
    let content = html! {
        div class="page-head" { h1 dir="auto" { (new.name) } }
        (tabs(&path, "history"))
        section class="panel" aria-labelledby="changes" {
            div class="page-head" {
                h2 id="changes" {
                    (text::compared_versions(new_record.number.to_string(), old_record.number.to_string()))
                }
                (views(query, &format!("{path}/compare")))
            }
            (versions(old_record, new_record))
            (changes(old, new, query)?)
        }
    };
    Ok(Page::new(text::compare_versions(), content).section(Section::Handoffs).response(visit))
}

fn versions(old: &VersionRecord, new: &VersionRecord) -> Markup {
    html! {
        p class="hint" {
            @for record in [old, new] {
                (rich(
                    |[time, user]| text::version_saved(record.number.to_string(), time, user),
                    &[at(record.saved_at), html! { span dir="auto" { (record.saved_by) } }],
                ))
                " "
            }
        }
    }
}

/// Links to both layouts.
pub(crate) fn views(query: &Fields, path: &str) -> Markup {
    let (query, inline) = (query.without("done"), is_inline(query));
    html! {
        nav class="actions" aria-label=(text::layout()) {
            a class="button" href=(query.with("view", "").href(path)) aria-current=[(!inline).then_some("true")] {
                (text::side_by_side())
            }
            a class="button" href=(query.with("view", "inline").href(path)) aria-current=[inline.then_some("true")] {
                (text::inline())
            }
        }
    }
}

fn is_inline(query: &Fields) -> bool {
    query.text("view") == "inline"
}

/// All differences from `old` to `new`. Slow for large handoffs.
pub(crate) fn changes(old: &Handoff, new: &Handoff, query: &Fields) -> Result<Markup, AppError> {
    let layout = if is_inline(query) { Layout::Inline } else { Layout::SideBySide };
    Ok(draw(&compare(old, new)?, layout))
}

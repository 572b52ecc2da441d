//! Who did what in the account.

use axum::extract::State;
use maud::{Markup, html};
use outbound_app::{App, AuditRecord, ManageCredentials};
use outbound_model::AuditAction;

use crate::error::PageResult;
use crate::fields::Fields;
use crate::page::{Page, Part};
use crate::pages::parts::{at, shortened};
use crate::session::SignedIn;

/// Entries of a page.
const PER_PAGE: u32 = 100;
/// Characters of an entry's details.
const LONGEST_DETAILS: usize = 400;

/// `GET /audit`.
pub(crate) async fn show(
    SignedIn { grant, visit }: SignedIn<ManageCredentials>,
    State(app): State<App>,
    query: Fields,
) -> PageResult {
    let records = app.audit(&grant, query.text("before").parse().ok(), PER_PAGE).await?;
    let older = records.last().map(|last| last.sequence).filter(|number| *number > 1);
    let content = html! {
        div class="page-head" { h1 { "Audit" } }
        p class="hint" { "Who did what in this account, the newest first. Nobody can change or remove an entry." }
        @if records.is_empty() {
            section class="panel empty-state" { h2 { "Nothing yet" } p { "Nobody has done anything that is written down." } }
        } @else {
            div class="table-frame" {
                table class="cards" {
                    caption class="unseen" { "Audit" }
                    thead { tr {
                        th scope="col" { "When" } th scope="col" { "Who" } th scope="col" { "Did" }
                        th scope="col" { "To" } th scope="col" { "Details" }
                    } }
                    tbody { @for record in &records { (row(record)) } }
                }
            }
            nav class="pager" aria-label="Pages" {
                @if !query.text("before").is_empty() { a class="button" href="/audit" { "First page" } }
                @if let Some(older) = older { a class="button" href={ "/audit?before=" (older) } rel="next" { "Older entries" } }
            }
        }
    };
    Ok(Page::new("Audit", content).part(Part::Audit).to(&visit))
}

fn row(record: &AuditRecord) -> Markup {
    let entry = &record.entry;
    let is_handoff = entry.action.as_str().starts_with("handoff.");
    html! {
        tr {
            td data-label="When" { (at(entry.at)) }
            td data-label="Who" { span dir="auto" { (entry.actor) } @if let Some(address) = &entry.address { div class="hint" { (address) } } }
            td data-label="Did" { (words(entry.action)) }
            td data-label="To" {
                @if is_handoff { a href={ "/handoffs/" (entry.subject) } { (entry.subject) } } @else { span dir="auto" { (entry.subject) } }
            }
            td data-label="Details" { @if entry.details != "{}" { code class="details" dir="auto" { (shortened(&entry.details, LONGEST_DETAILS)) } } }
        }
    }
}

/// `handoff.published` as `handoff published`.
fn words(action: AuditAction) -> String {
    action.as_str().replace(['.', '_'], " ")
}

//! The preview of an import, and its result.

use maud::{Markup, html};
use outbound_app::{Format, ImportDecision, ImportOutcome, ImportPlan, ParsedHandoff, PlannedHandoff};
use outbound_formats::Loss;
use outbound_model::FindingCounts;

use super::changes::{Layout, draw};
use super::download::format_name;
use super::elements::{counts_badges, finding_list, place};
use super::import::PATH;
use crate::fields::Fields;
use crate::icons::channel_name;
use crate::sessions::session::Visit;
use crate::text::{self, Text};

/// Handoffs, losses and results that a page lists.
const MAX_LISTED: usize = 100;

/// The preview, with the choice to publish or to save drafts.
pub(crate) fn plan(
    visit: &Visit,
    fields: &Fields,
    (text, read): (&str, &[ParsedHandoff]),
    planned: &ImportPlan,
    four_eyes: bool,
) -> Markup {
    let format = read.first().map_or(Format::LivePerson, |first| first.format);
    let drafts = four_eyes || fields.text("publish") == "drafts";
    html! {
        section class="panel" aria-labelledby="plan" {
            h2 id="plan" { (text::import_preview()) }
            p { (format_name(format)) ": " (counts(planned)) "." }
            @if planned.counts.findings != FindingCounts::default() {
                p class="summary" { (counts_badges(planned.counts.findings)) }
            }
            ul class="stack" {
                @for (one, planned) in read.iter().zip(&planned.handoffs).take(MAX_LISTED) {
                    (planned_handoff(one, planned))
                }
                @if read.len() > MAX_LISTED { li { (text::more_not_shown(read.len() - MAX_LISTED)) } }
            }
            form method="post" action=(PATH) class="stack" {
                (visit.token())
                @for name in ["format", "channel", "name", "sender", "language"] {
                    input type="hidden" name=(name) value=(fields.text(name));
                }
                textarea name="text" hidden aria-label=(text::imported_json()) { (text) }
                fieldset {
                    legend { (text::save_as()) }
                    @if !four_eyes {
                        label class="check" {
                            input type="radio" name="publish" value="sound" checked[!drafts];
                            (text::import_published())
                        }
                    }
                    label class="check" {
                        input type="radio" name="publish" value="drafts" checked[drafts];
                        (text::drafts())
                    }
                    @if four_eyes { p class="hint" { (text::import_four_eyes()) } }
                }
                div class="actions" {
                    @if planned.rejected() == 0 {
                        button class="primary" name="do" value="import" { (text::import()) }
                    }
                    a href=(PATH) { (text::cancel()) }
                }
            }
        }
    }
}

fn counts(planned: &ImportPlan) -> String {
    let counts = planned.counts;
    let mut parts = vec![
        text::import_new_count(counts.created),
        text::import_updated_count(counts.changed),
        text::import_unchanged_count(counts.unchanged),
    ];
    if counts.held_back > 0 {
        parts.push(text::import_draft_count(counts.held_back));
    }
    if planned.rejected() > 0 {
        parts.push(text::import_rejected_count(planned.rejected() as u64));
    }
    parts.join(", ")
}

fn action(one: &PlannedHandoff) -> Text {
    match one.item.outcome {
        ImportOutcome::Created => text::import_new(),
        ImportOutcome::Changed => text::import_updated(),
        ImportOutcome::Unchanged => text::import_unchanged(),
    }
}

fn state(one: &PlannedHandoff) -> Text {
    if one.item.is_published { text::import_is_published() } else { text::import_is_draft() }
}

fn planned_handoff(read: &ParsedHandoff, planned: &ImportDecision) -> Markup {
    let handoff = &read.handoff;
    let channels: Vec<_> =
        handoff.channels.iter().filter_map(|channel| channel.channel_type().map(channel_name)).collect();
    html! {
        li class="section" {
            @match planned {
                ImportDecision::Rejected(why) => p {
                    strong dir="auto" { (handoff.name) } " · " (text::import_rejected()) " " span dir="auto" { (why) }
                },
                ImportDecision::Accepted(planned) => {
                    p {
                        strong dir="auto" { (planned.item.handoff.name) } " · " (channels.join(", ")) " · "
                        (text::import_outcome(action(planned), state(planned))) " "
                        (counts_badges(planned.item.findings))
                    }
                    @if !planned.findings.is_empty() { (finding_list(&planned.item.handoff, &planned.findings)) }
                    @if !planned.changes.is_empty() {
                        details {
                            summary { (text::import_differences(planned.changes.len())) }
                            (draw(&planned.changes, Layout::Inline))
                        }
                    }
                }
            }
            @if !read.losses.is_empty() {
                details {
                    summary { (text::details_lost(read.losses.len())) }
                    ul {
                        @for Loss { pointer, sentence, .. } in read.losses.iter().take(MAX_LISTED) {
                            li { code { (place(pointer)) } " " (sentence) }
                        }
                    }
                }
            }
        }
    }
}

/// The result, with a link to undo the import of each handoff.
pub(crate) fn result(done: &ImportPlan) -> Markup {
    html! {
        section class="panel" aria-labelledby="imported" {
            h2 id="imported" { (text::imported()) }
            p role="status" { (counts(done)) "." }
            div class="table-frame" {
                table class="cards" {
                    caption class="unseen" { (text::imported_handoffs()) }
                    thead { tr {
                        th scope="col" { (text::handoff()) }
                        th scope="col" { (text::import_result()) }
                        th scope="col" { (text::findings()) }
                        th scope="col" { (text::undo()) }
                    } }
                    tbody {
                        @for planned in done.handoffs.iter().take(MAX_LISTED) {
                            @if let ImportDecision::Accepted(planned) = planned { (row(planned)) }
                        }
                    }
                }
            }
            @if done.handoffs.len() > MAX_LISTED { p class="hint" { (text::more_not_shown(done.handoffs.len() - MAX_LISTED)) } }
            div class="actions" {
                a class="button" href="/handoffs" { (text::go_to_handoffs()) }
                a href=(PATH) { (text::import_more()) }
            }
        }
    }
}

fn row(planned: &PlannedHandoff) -> Markup {
    let one = &planned.item;
    let path = format!("/handoffs/{}", one.handoff.id);
    let number = one.before.as_ref().map(|(number, _)| *number);
    html! {
        tr {
            th scope="row" dir="auto" { a href=(path) { (one.handoff.name) } }
            td data-label=(text::import_result()) {
                (text::import_outcome_version(action(planned), state(planned), one.version.to_string()))
            }
            td data-label=(text::findings()) { span { (counts_badges(one.findings)) } }
            td data-label=(text::undo()) {
                @match (one.outcome, number) {
                    (ImportOutcome::Unchanged, _) => (text::nothing_to_undo()),
                    (_, Some(number)) => a href={ (path) "/history" } {
                        (text::restore_in_history(number.to_string()))
                    },
                    (_, None) => a href=(path) { (text::archive_on_page()) },
                }
            }
        }
    }
}

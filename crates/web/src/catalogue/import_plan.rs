//! What an import would do with each handoff, and what it did.

use maud::{Markup, html};
use outbound_app::{Format, ImportDecision, ImportOutcome, ImportPlan, ParsedHandoff, PlannedHandoff};
use outbound_formats::Loss;
use outbound_model::{FindingCounts, plural};

use super::changes::{Layout, draw};
use super::download::format_name;
use super::import::PATH;
use super::parts::{counts_badges, finding_list, place};
use crate::fields::Fields;
use crate::icons::channel_name;
use crate::sessions::session::Visit;

/// Handoffs, losses and results that a page lists.
const LISTED: usize = 100;

/// The plan, with the choice of what is published.
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
            h2 id="plan" { "The plan" }
            p { (format_name(format)) ": " (counts(planned)) "." }
            @if planned.counts.findings != FindingCounts::default() { p class="summary" { (counts_badges(planned.counts.findings)) } }
            ul class="stack" {
                @for (one, planned) in read.iter().zip(&planned.handoffs).take(LISTED) { (planned_one(one, planned)) }
                @if read.len() > LISTED { li { "And " (read.len() - LISTED) " more handoffs." } }
            }
            form method="post" action=(PATH) class="stack" {
                (visit.token())
                @for name in ["format", "channel", "name", "sender", "language"] { input type="hidden" name=(name) value=(fields.text(name)); }
                textarea name="text" hidden aria-label="What is imported" { (text) }
                fieldset {
                    legend { "Save them as" }
                    @if !four_eyes {
                        label class="check" {
                            input type="radio" name="publish" value="sound" checked[!drafts];
                            "Published; those with errors or a channel of an unknown type stay drafts"
                        }
                    }
                    label class="check" { input type="radio" name="publish" value="drafts" checked[drafts]; "Drafts" }
                    @if four_eyes { p class="hint" { "In this account nobody publishes what they saved themselves." } }
                }
                div class="actions" {
                    @if planned.refused() == 0 { button class="primary" name="do" value="import" { "Import" } }
                    a href=(PATH) { "Leave it" }
                }
            }
        }
    }
}

fn counts(planned: &ImportPlan) -> String {
    let counts = planned.counts;
    let new = plural(counts.created, "new handoff", "new handoffs");
    let told = format!("{new}, {} updated, {} unchanged", counts.changed, counts.unchanged);
    let told = match counts.held_back {
        0 => told,
        held_back => format!("{told}, {} held back", plural(held_back, "draft", "drafts")),
    };
    match planned.refused() {
        0 => told,
        refused => format!("{told}, {refused} refused"),
    }
}

fn action(one: &PlannedHandoff) -> &'static str {
    match one.item.outcome {
        ImportOutcome::Created => "New",
        ImportOutcome::Changed => "Updated",
        ImportOutcome::Unchanged => "Unchanged",
    }
}

fn state(one: &PlannedHandoff) -> &'static str {
    if one.item.is_published { "published" } else { "draft" }
}

fn planned_one(read: &ParsedHandoff, planned: &ImportDecision) -> Markup {
    let handoff = &read.handoff;
    let channels: Vec<_> =
        handoff.channels.iter().filter_map(|channel| channel.channel_type().map(channel_name)).collect();
    html! {
        li class="section" {
            @match planned {
                ImportDecision::Refused(why) => p { strong dir="auto" { (handoff.name) } " · Refused: " span dir="auto" { (why) } },
                ImportDecision::Accepted(planned) => {
                    p {
                        strong dir="auto" { (planned.item.handoff.name) } " · " (channels.join(", ")) " · " (action(planned)) ", " (state(planned)) " "
                        (counts_badges(planned.item.findings))
                    }
                    @if !planned.findings.is_empty() { (finding_list(&planned.item.handoff, &planned.findings)) }
                    @if !planned.changes.is_empty() {
                        details { summary { (plural(planned.changes.len() as u64, "difference", "differences")) " to what is there" } (draw(&planned.changes, Layout::Inline)) }
                    }
                }
            }
            @if !read.losses.is_empty() {
                details {
                    summary { (plural(read.losses.len() as u64, "detail", "details")) " will be lost" }
                    ul { @for Loss { pointer, sentence, .. } in read.losses.iter().take(LISTED) { li { code { (place(pointer)) } " " (sentence) } } }
                }
            }
        }
    }
}

/// What was done, each with the way back.
pub(crate) fn result(done: &ImportPlan) -> Markup {
    html! {
        section class="panel" aria-labelledby="imported" {
            h2 id="imported" { "Imported" }
            p role="status" { (counts(done)) "." }
            div class="table-frame" {
                table class="cards" {
                    caption class="unseen" { "Imported handoffs" }
                    thead { tr { th scope="col" { "Handoff" } th scope="col" { "What happened" } th scope="col" { "Findings" } th scope="col" { "Undo" } } }
                    tbody {
                        @for planned in done.handoffs.iter().take(LISTED) {
                            @if let ImportDecision::Accepted(planned) = planned { (row(planned)) }
                        }
                    }
                }
            }
            @if done.handoffs.len() > LISTED { p class="hint" { "And " (done.handoffs.len() - LISTED) " more handoffs." } }
            div class="actions" { a class="button" href="/handoffs" { "To the handoffs" } a href=(PATH) { "Import more" } }
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
            td data-label="What happened" { (action(planned)) ", version " (one.version) ", " (state(planned)) }
            td data-label="Findings" { span { (counts_badges(one.findings)) } }
            td data-label="Undo" {
                @match (one.outcome, number) {
                    (ImportOutcome::Unchanged, _) => "Nothing to undo",
                    (_, Some(number)) => a href={ (path) "/history" } { "Restore version " (number) " in the history" },
                    (_, None) => a href=(path) { "Archive it on its page" },
                }
            }
        }
    }
}

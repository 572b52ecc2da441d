//! What is wrong with a draft, beside the field it is about.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};
use outbound_rules::{Finding, Severity};

use super::draft::{Draft, channel_at, component_at};
use super::fields::{self, Field};
use super::operation::Operation;
use super::parts::button;
use crate::icons::{Icon, icon};

/// Findings that are shown beside one field.
const SHOWN: usize = 10;

/// Findings and refused values by the place in the form where they are shown.
pub(crate) struct Notes<'d> {
    draft: &'d Draft,
    findings: BTreeMap<String, Vec<&'d Finding>>,
    /// How many errors there are, and how much advice.
    errors: usize,
    advice: usize,
}

impl<'d> Notes<'d> {
    pub(crate) fn new(draft: &'d Draft, all: &'d [Finding]) -> Self {
        let places = places(draft);
        let mut findings: BTreeMap<String, Vec<&Finding>> = BTreeMap::new();
        for finding in all {
            findings.entry(nearest(&places, &finding.pointer).to_owned()).or_default().push(finding);
        }
        let errors = all.iter().filter(|finding| finding.severity == Severity::Error).count();
        Self { draft, findings, errors: errors + draft.rejected.len(), advice: all.len() - errors }
    }

    /// Whether there is an error at a place.
    pub(crate) fn has_error(&self, place: &str) -> bool {
        let found = self.findings.get(place).into_iter().flatten();
        self.draft.rejected.contains_key(place)
            || found.into_iter().any(|one| one.severity == Severity::Error)
    }

    /// The notes of a place, in a container that is there even if it is empty, for the script.
    pub(crate) fn at(&self, place: &str) -> Markup {
        let found = self.findings.get(place).map_or(&[][..], Vec::as_slice);
        html! {
            div class="notes" id=(notes_id(place)) {
                @if let Some(rejected) = self.draft.rejected.get(place) {
                    p class="note error" { (icon(Icon::Error)) span class="words" { (rejected.message) } }
                }
                @for finding in found.iter().take(SHOWN) { (note(self.draft, finding)) }
                @if found.len() > SHOWN { p class="note" { "And " (found.len() - SHOWN) " more." } }
            }
        }
    }

    /// How many findings there are.
    pub(crate) fn summary(&self) -> Markup {
        html! {
            p class="summary" id="summary" data-fragment role="status" {
                @if self.errors + self.advice == 0 { span class="badge done" { (icon(Icon::Check)) "No findings" } }
                @if self.errors > 0 {
                    span class="badge error" { (icon(Icon::Error)) (self.errors) span class="spelled" { @if self.errors == 1 { "error" } @else { "errors" } } }
                }
                @if self.advice > 0 { span class="badge advice" { (icon(Icon::Advice)) (self.advice) span class="spelled" { "advice" } } }
            }
        }
    }
}

fn note(draft: &Draft, finding: &Finding) -> Markup {
    let (class, symbol, word) = match finding.severity {
        Severity::Error => ("note error", Icon::Error, "Error: "),
        Severity::Advice => ("note", Icon::Advice, "Advice: "),
    };
    html! {
        div class=(class) {
            (icon(symbol))
            span class="words" dir="auto" { span class="unseen" { (word) } (finding.message) }
            @match finding.source.url() {
                Some(url) => {
                    a class="rule" href=(url) target="_blank" rel="noopener noreferrer" title=(finding.source.name) { (finding.rule) }
                }
                None => span class="rule" { (finding.rule) },
            }
            @if finding.fix.is_some() {
                @let mend = Operation::Fix(finding.name.to_owned(), finding.pointer.clone());
                (button(draft, &mend, "small", None, &html! { (icon(Icon::Wand)) "Mend" }))
            }
        }
    }
}

/// Every place of the form that has notes: the handoff, its parts, and their fields.
fn places(draft: &Draft) -> BTreeSet<String> {
    let mut places = BTreeSet::from([String::new()]);
    let mut add = |at: &str, table: &[Field]| {
        places.insert(at.to_owned());
        places.extend(table.iter().map(|field| format!("{at}/{}", field.key)));
    };
    add("", fields::HANDOFF);
    for (place, channel) in draft.channels.iter().enumerate() {
        add(&channel_at(place), channel.kind.map_or(&[], fields::of_channel));
        for (component, part) in channel.components.iter().enumerate() {
            add(&component_at(place, component), part.kind(channel).map_or(&[], |kind| kind.fields));
        }
    }
    places
}

/// The place that a pointer leads to, or the one around it.
fn nearest<'p>(places: &BTreeSet<String>, mut pointer: &'p str) -> &'p str {
    while !places.contains(pointer) {
        pointer = pointer.rsplit_once('/').map_or("", |(around, _)| around);
    }
    pointer
}

/// The id of the element that edits the value at a pointer: short, because a page has hundreds.
pub(crate) fn element_id(pointer: &str) -> String {
    let short = pointer.replace("/channels/", "c").replace("/messageComponents/", "-m").replace('/', "-");
    format!("f-{}", short.trim_start_matches('-'))
}

/// The id of the notes of a place.
pub(crate) fn notes_id(place: &str) -> String {
    format!("n{}", element_id(place))
}

//! What is wrong with a draft, beside the field it is about.

use std::collections::BTreeMap;

use maud::{Markup, html};
use outbound_model::{FindingCounts, Object, plural};
use outbound_rules::{Finding, Severity, counts};

use super::draft::{Draft, channel_at, component_at};
use super::fields::{self, Field};
use super::operation::Operation;
use super::parts::button;
use super::values::shown;
use crate::icons::{Icon, icon};

/// Findings that are shown beside one field.
const SHOWN: usize = 10;

/// Findings and refused values by the place in the form where they are shown.
pub(crate) struct FieldFindings<'d> {
    draft: &'d Draft,
    findings: BTreeMap<String, Vec<&'d Finding>>,
    /// How many errors and warnings are shown.
    counts: FindingCounts,
    /// How many are not shown yet: they are about fields that nobody has filled in so far.
    held_back: u64,
}

impl<'d> FieldFindings<'d> {
    pub(crate) fn new(draft: &'d Draft, all: &'d [Finding]) -> Self {
        let places = places(draft);
        let mut notes =
            Self { draft, findings: BTreeMap::new(), counts: FindingCounts::default(), held_back: 0 };
        notes.counts.errors = draft.rejected.len() as u64;
        for finding in all {
            let (place, is_untouched) = place_of(&places, finding);
            if is_untouched && !draft.is_final {
                notes.held_back += 1;
                continue;
            }
            notes.counts += counts([finding]);
            notes.findings.entry(place.to_owned()).or_default().push(finding);
        }
        notes
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
                @let FindingCounts { errors, warnings } = self.counts;
                @if errors + warnings + self.held_back == 0 { span class="badge done" { (icon(Icon::Check)) "No findings" } }
                @if errors > 0 { span class="badge error" { (icon(Icon::Error)) (spelled(&plural(errors, "error", "errors"))) } }
                @if warnings > 0 { span class="badge warning" { (icon(Icon::Warning)) (spelled(&plural(warnings, "warning", "warning"))) } }
                @if self.held_back > 0 { span class="badge" { (icon(Icon::List)) (self.held_back) " to fill in" } }
            }
        }
    }
}

/// A number with its noun, which only people who listen are told where there is little room.
fn spelled(counted: &str) -> Markup {
    let (number, noun) = counted.split_once(' ').unwrap_or((counted, ""));
    html! { span { (number) span class="spelled" { " " (noun) } } }
}

fn note(draft: &Draft, finding: &Finding) -> Markup {
    let (class, symbol, word) = match finding.severity {
        Severity::Error => ("note error", Icon::Error, "Error: "),
        Severity::Warning => ("note", Icon::Warning, "Warning: "),
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

/// Every place of the form that has notes: the handoff, its parts, and their fields; with each, whether
/// it is an untouched field of an added part: empty, and nobody has left it so.
fn places(draft: &Draft) -> BTreeMap<String, bool> {
    let mut places = BTreeMap::from([(String::new(), false)]);
    let mut add = |at: &str, table: &[Field], new: Option<&Object>| {
        places.insert(at.to_owned(), false);
        for field in table {
            let pointer = format!("{at}/{}", field.key);
            let is_empty = new.is_some_and(|object| shown(object.get(field.key)).is_empty());
            let is_touched = draft.left.contains(&pointer) || draft.rejected.contains_key(&pointer);
            places.insert(pointer, is_empty && !is_touched);
        }
    };
    add("", fields::HANDOFF, None);
    for (place, channel) in draft.channels.iter().enumerate() {
        let new = channel.origin.is_none().then_some(&channel.object);
        add(&channel_at(place), channel.kind.map_or(&[], fields::of_channel), new);
        for (component, part) in channel.components.iter().enumerate() {
            let new = part.origin.is_none().then_some(&part.object);
            add(&component_at(place, component), part.kind(channel).map_or(&[], |kind| kind.fields), new);
        }
    }
    places
}

/// Where a finding is shown: at the missing field, else at the place that its pointer leads to, else at
/// the one around it. And whether that is an untouched field.
fn place_of<'p>(places: &'p BTreeMap<String, bool>, finding: &Finding) -> (&'p str, bool) {
    let missing = finding.missing.map(|field| format!("{}/{field}", finding.pointer));
    let mut pointer = missing.as_deref().unwrap_or(&finding.pointer);
    loop {
        match places.get_key_value(pointer) {
            Some((place, is_untouched)) => return (place, *is_untouched),
            None if pointer.is_empty() => return ("", false),
            None => pointer = pointer.rsplit_once('/').map_or("", |(around, _)| around),
        }
    }
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

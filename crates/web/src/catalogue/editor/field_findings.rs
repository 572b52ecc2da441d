//! The findings of a draft, each shown next to its field.

use std::collections::BTreeMap;

use maud::{Markup, html};
use outbound_model::{FindingCounts, Object};
use outbound_rules::{Finding, Severity, counts};

use super::draft::{Draft, channel_at, component_at};
use super::field_view::button;
use super::fields::{self, Field};
use super::operation::Operation;
use super::values::shown;
use crate::icons::{Icon, icon};
use crate::text;

/// Findings that are shown next to one field.
const MAX_SHOWN: usize = 10;

/// Findings and rejected values by the pointer at which the form shows them.
pub(crate) struct FieldFindings<'d> {
    draft: &'d Draft,
    findings: BTreeMap<String, Vec<&'d Finding>>,
    /// The numbers of errors and warnings that are shown.
    counts: FindingCounts,
    /// The number of findings that are hidden until the user has visited the field or wants to save.
    held_back: u64,
}

impl<'d> FieldFindings<'d> {
    pub(crate) fn new(draft: &'d Draft, all: &'d [Finding]) -> Self {
        let places = places(draft);
        let mut shown =
            Self { draft, findings: BTreeMap::new(), counts: FindingCounts::default(), held_back: 0 };
        shown.counts.errors = draft.rejected.len() as u64;
        for finding in all {
            let (place, is_untouched) = place_of(&places, finding);
            if is_untouched && !draft.is_final {
                shown.held_back += 1;
                continue;
            }
            shown.counts += counts([finding]);
            shown.findings.entry(place.to_owned()).or_default().push(finding);
        }
        shown
    }

    /// Whether there is an error at a pointer.
    pub(crate) fn has_error(&self, place: &str) -> bool {
        let found = self.findings.get(place).into_iter().flatten();
        self.draft.rejected.contains_key(place)
            || found.into_iter().any(|one| one.severity == Severity::Error)
    }

    /// The findings at a pointer. The container is always present, because the script replaces its content.
    pub(crate) fn at(&self, place: &str) -> Markup {
        let found = self.findings.get(place).map_or(&[][..], Vec::as_slice);
        html! {
            div class="notes" id=(findings_id(place)) {
                @if let Some(rejected) = self.draft.rejected.get(place) {
                    p class="note error" { (icon(Icon::Error)) span class="words" { (rejected.message) } }
                }
                @for finding in found.iter().take(MAX_SHOWN) { (finding_note(self.draft, finding)) }
                @if found.len() > MAX_SHOWN { p class="note" { (text::more_not_shown(found.len() - MAX_SHOWN)) } }
            }
        }
    }

    /// The numbers of findings.
    pub(crate) fn summary(&self) -> Markup {
        html! {
            p class="summary" id="summary" data-fragment role="status" {
                @let FindingCounts { errors, warnings } = self.counts;
                @if errors + warnings + self.held_back == 0 {
                    span class="badge done" { (icon(Icon::Check)) (text::no_findings()) }
                }
                @if errors > 0 {
                    span class="badge error" { (icon(Icon::Error)) (abbreviated(&text::error_count(errors))) }
                }
                @if warnings > 0 {
                    span class="badge warning" { (icon(Icon::Warning)) (abbreviated(&text::warning_count(warnings))) }
                }
                @if self.held_back > 0 {
                    span class="badge" { (icon(Icon::List)) (text::details_missing(self.held_back)) }
                }
            }
        }
    }
}

/// A number with its noun, which narrow screens show only to screen readers.
fn abbreviated(counted: &str) -> Markup {
    let (number, noun) = counted.split_once(' ').unwrap_or((counted, ""));
    html! { span { (number) span class="full-label" { " " (noun) } } }
}

fn finding_note(draft: &Draft, finding: &Finding) -> Markup {
    let (class, symbol, severity) = match finding.severity {
        Severity::Error => ("note error", Icon::Error, text::error_prefix()),
        Severity::Warning => ("note", Icon::Warning, text::warning_prefix()),
    };
    html! {
        div class=(class) {
            (icon(symbol))
            span class="words" dir="auto" { span class="unseen" { (severity) " " } (finding.message) }
            @match finding.source.url() {
                Some(url) => {
                    a class="rule" href=(url) target="_blank" rel="noopener noreferrer" title=(finding.source.name) {
                        (finding.rule)
                    }
                }
                None => span class="rule" { (finding.rule) },
            }
            @if finding.fix.is_some() {
                @let fix = Operation::Fix(finding.name.to_owned(), finding.pointer.clone());
                (button(draft, &fix, "small", None, &html! { (icon(Icon::Wand)) (text::fix()) }))
            }
        }
    }
}

/// The pointers at which the form shows findings (handoff, channels, components and their fields), and whether each
/// is still to be filled in: an unvisited empty field of a new channel or component, or a handoff without channels.
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
    // The editor of a new handoff has no channels yet, so their absence is reported when the user saves.
    if draft.channels.is_empty() {
        places.insert(String::new(), true);
    }
    places
}

/// The pointer at which a finding is shown: the missing field, the location of the finding, or the nearest one around
/// it. Also whether that is still to be filled in.
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

/// The id of the element that edits the value at a pointer. Short, because a page has hundreds.
pub(crate) fn element_id(pointer: &str) -> String {
    let short = pointer.replace("/channels/", "c").replace("/messageComponents/", "-m").replace('/', "-");
    format!("f-{}", short.trim_start_matches('-'))
}

/// The id of the element with the findings at a pointer.
pub(crate) fn findings_id(place: &str) -> String {
    format!("n{}", element_id(place))
}

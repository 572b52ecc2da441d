//! Locates findings in the text of their handoff.

use std::ops::Range;

use outbound_formats::liveperson::Located;
use outbound_formats::{Location, Places, within_text};
use outbound_rules::Finding;

/// The part of a handoff's text that a finding is about. It is within one line.
pub(super) struct FindingSpan<'t> {
    /// The handoff's text.
    pub(super) text: &'t str,
    /// The bytes of the text.
    pub(super) range: Range<usize>,
    /// The start in the file.
    pub(super) start: Location,
    /// The end in the file.
    pub(super) end: Location,
}

/// Returns the findings with their spans, ordered by location. Scans the text only once.
pub(super) fn locate<'t>(
    located: &'t Located,
    findings: &'t [Finding],
) -> Vec<(&'t Finding, FindingSpan<'t>)> {
    let text = located.text.as_str();
    let mut places = Places::new(text);
    let mut ranges: Vec<_> = findings
        .iter()
        .map(|finding| (underlined_range(text, places.value(&finding.pointer), finding), finding))
        .collect();
    ranges.sort_by_key(|(range, _)| range.start);
    let (mut location, mut scanned) = (located.at, 0);
    let mut spans = Vec::with_capacity(ranges.len());
    for (range, finding) in ranges {
        let start = location.after(text.get(scanned..range.start).unwrap_or_default());
        let end = start.after(text.get(range.clone()).unwrap_or_default());
        (location, scanned) = (start, range.start);
        spans.push((finding, FindingSpan { text, range, start, end }));
    }
    spans
}

/// The part of a value to underline: for a string the range of the finding, for an array or object the bracket.
fn underlined_range(text: &str, value: Range<usize>, finding: &Finding) -> Range<usize> {
    let literal = text.get(value.clone()).unwrap_or_default();
    let inside = match (&finding.range, literal.as_bytes().first()) {
        (_, Some(b'{' | b'[')) => 0..1,
        (Some(range), Some(b'"')) => within_text(literal, range.clone()),
        _ => 0..literal.len(),
    };
    value.start + inside.start..value.start + inside.end
}

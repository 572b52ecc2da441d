//! Where each finding of a handoff stands in the text it was read from.

use std::ops::Range;

use outbound_formats::liveperson::Located;
use outbound_formats::{Location, Places, within_text};
use outbound_rules::Finding;

/// A stretch of a handoff's text, in one line.
pub(super) struct Place<'t> {
    /// The handoff's text.
    pub(super) text: &'t str,
    /// The bytes of it that are meant.
    pub(super) range: Range<usize>,
    /// Where in the file they begin.
    pub(super) from: Location,
    /// Where they end.
    pub(super) to: Location,
}

/// The findings in the order of their places; in time linear to text and findings.
pub(super) fn places<'t>(located: &'t Located, findings: &'t [Finding]) -> Vec<(&'t Finding, Place<'t>)> {
    let text = located.text.as_str();
    let mut places = Places::new(text);
    let mut ranges: Vec<_> = findings
        .iter()
        .map(|finding| (mark(text, places.value(&finding.pointer), finding), finding))
        .collect();
    ranges.sort_by_key(|(range, _)| range.start);
    let (mut at, mut seen) = (located.at, 0);
    let locate = |(range, finding): (Range<usize>, &'t Finding)| {
        let from = at.after(text.get(seen..range.start).unwrap_or_default());
        let to = from.after(text.get(range.clone()).unwrap_or_default());
        (at, seen) = (from, range.start);
        (finding, Place { text, range, from, to })
    };
    ranges.into_iter().map(locate).collect()
}

/// What to underline of a value: the range of a text, or of an array or object its bracket.
fn mark(text: &str, value: Range<usize>, finding: &Finding) -> Range<usize> {
    let literal = text.get(value.clone()).unwrap_or_default();
    let inside = match (&finding.range, literal.as_bytes().first()) {
        (_, Some(b'{' | b'[')) => 0..1,
        (Some(range), Some(b'"')) => within_text(literal, range.clone()),
        _ => 0..literal.len(),
    };
    value.start + inside.start..value.start + inside.end
}

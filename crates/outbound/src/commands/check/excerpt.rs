//! Shortens the line of a finding, so that files without line breaks are readable.

use std::ops::Range;

/// Maximum number of characters before the marked text.
const MAX_BEFORE: usize = 40;
/// Maximum number of characters of the marked text.
const MAX_MARKED: usize = 70;
/// Maximum number of characters after the marked text.
const MAX_AFTER: usize = 25;

/// Replaces omitted characters.
const ELLIPSIS: char = '…';

/// Part of a line, and the bytes in it to underline.
#[derive(Debug, PartialEq)]
pub(super) struct Excerpt {
    pub(super) text: String,
    pub(super) marked: Range<usize>,
}

/// Returns the line around `range`, which must be within one line.
pub(super) fn excerpt(text: &str, range: Range<usize>) -> Excerpt {
    let (before, rest) = text.split_at_checked(range.start).unwrap_or_default();
    let (marked, after) = rest.split_at_checked(range.len()).unwrap_or((rest, ""));
    let mut line = last_characters(before, MAX_BEFORE);
    let start = line.len();
    line.push_str(&first_characters(marked, MAX_MARKED));
    let end = line.len();
    line.push_str(&first_characters(after, MAX_AFTER));
    Excerpt { text: line, marked: start..end }
}

/// Replaces control characters by `�`, because they could control the terminal. annotate-snippets does not replace
/// U+0080 to U+009F.
pub(super) fn visible(c: char) -> char {
    if c.is_control() && c != '\t' { char::REPLACEMENT_CHARACTER } else { c }
}

/// The first characters, up to the end of the line.
fn first_characters(text: &str, count: usize) -> String {
    let mut rest = text.chars().take_while(|c| !matches!(c, '\n' | '\r'));
    let mut shown: String = rest.by_ref().take(count).map(visible).collect();
    if rest.next().is_some() {
        shown.push(ELLIPSIS);
    }
    shown
}

/// The last characters, from the beginning of the last line.
fn last_characters(text: &str, count: usize) -> String {
    let mut rest = text.char_indices().rev().take_while(|(_, c)| *c != '\n');
    let start = rest.by_ref().take(count).last().map_or(text.len(), |(at, _)| at);
    let ellipsis = rest.next().map(|_| ELLIPSIS);
    ellipsis.into_iter().chain(text.get(start..).unwrap_or_default().chars().map(visible)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_line_is_not_shortened() {
        let shown = excerpt("one\n  two three\r\nfour", 8..9);
        assert_eq!(shown, Excerpt { text: "  two three".into(), marked: 4..5 });
    }

    #[test]
    fn a_long_line_is_shortened_on_both_sides() {
        let text = "é".repeat(1000);
        let shown = excerpt(&text, 500..900);
        assert_eq!(shown.text.chars().filter(|c| *c == ELLIPSIS).count(), 3);
        assert_eq!(shown.text[shown.marked].chars().count(), MAX_MARKED + 1);
    }
}

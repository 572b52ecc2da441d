//! The line of a finding, cut so that a file in one line stays readable.

use std::ops::Range;

/// So many characters are shown before, of and behind what is meant.
const SHOWN: [usize; 3] = [40, 70, 25];

/// What is left out.
const CUT: char = '…';

/// Part of a line, and the bytes in it that are meant.
#[derive(Debug, PartialEq)]
pub(super) struct Excerpt {
    pub(super) text: String,
    pub(super) marked: Range<usize>,
}

/// Cuts out the line that holds `range`, which crosses no line's end.
pub(super) fn excerpt(text: &str, range: Range<usize>) -> Excerpt {
    let (before, rest) = text.split_at_checked(range.start).unwrap_or_default();
    let (marked, after) = rest.split_at_checked(range.len()).unwrap_or((rest, ""));
    let mut line = last(before, SHOWN[0]);
    let start = line.len();
    line.push_str(&first(marked, SHOWN[1]));
    let end = line.len();
    line.push_str(&first(after, SHOWN[2]));
    Excerpt { text: line, marked: start..end }
}

/// A control character, which could steer a terminal, is shown as `�`. The library does so with most
/// of them, but not with U+0080 to U+009F.
pub(super) fn visible(c: char) -> char {
    if c.is_control() && c != '\t' { char::REPLACEMENT_CHARACTER } else { c }
}

/// The first characters up to the line's end.
fn first(text: &str, count: usize) -> String {
    let mut rest = text.chars().take_while(|c| !matches!(c, '\n' | '\r'));
    let mut shown: String = rest.by_ref().take(count).map(visible).collect();
    if rest.next().is_some() {
        shown.push(CUT);
    }
    shown
}

/// The last characters of a line's beginning.
fn last(text: &str, count: usize) -> String {
    let mut rest = text.char_indices().rev().take_while(|(_, c)| *c != '\n');
    let from = rest.by_ref().take(count).last().map_or(text.len(), |(at, _)| at);
    let cut = rest.next().map(|_| CUT);
    cut.into_iter().chain(text.get(from..).unwrap_or_default().chars().map(visible)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_line_is_shown_whole() {
        let shown = excerpt("one\n  two three\r\nfour", 8..9);
        assert_eq!(shown, Excerpt { text: "  two three".into(), marked: 4..5 });
    }

    #[test]
    fn a_long_line_is_cut_on_both_sides() {
        let text = "é".repeat(1000);
        let shown = excerpt(&text, 500..900);
        assert_eq!(shown.text.chars().filter(|c| *c == CUT).count(), 3);
        assert_eq!(shown.text[shown.marked].chars().count(), SHOWN[1] + 1);
    }
}

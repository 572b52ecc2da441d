//! String functions for rules: lengths in characters, runs, emoji and formatting marks. They take linear time and
//! return byte ranges on character boundaries.

use std::ops::Range;

use icu_properties::CodePointSetData;
use icu_properties::props::{Emoji, EmojiPresentation};
use outbound_model::{At, Piece, pieces};
use unicode_segmentation::UnicodeSegmentation;

use crate::Rule;
use crate::context::Context;

/// The number of Unicode code points, which is how the providers count characters.
pub(crate) fn length(text: &str) -> usize {
    text.chars().count()
}

/// The range after the first `max` characters, if there are more.
pub(crate) fn beyond(text: &str, max: usize) -> Option<Range<usize>> {
    text.char_indices().nth(max).map(|(start, _)| start..text.len())
}

/// Reports `rule` if `text` has more than `max` characters. `what` names the text in the message.
pub(crate) fn limit(
    ctx: &mut Context<'_>,
    rule: &'static Rule,
    at: &At<'_>,
    text: &str,
    max: usize,
    what: &str,
) {
    if let Some(range) = beyond(text, max) {
        let message = format!("{what} has {} characters; at most {max} are allowed.", length(text));
        ctx.add(rule.at(at).range(range).say(message));
    }
}

/// The range of the first character for which `predicate` is true.
pub(crate) fn first(text: &str, predicate: impl Fn(char) -> bool) -> Option<Range<usize>> {
    text.char_indices().find(|(_, c)| predicate(*c)).map(|(start, c)| start..start + c.len_utf8())
}

/// The first run of more than `max` consecutive characters `unit`.
pub(crate) fn run(text: &str, unit: char, max: usize) -> Option<Range<usize>> {
    let mut start = 0;
    let mut count = 0;
    for (at, c) in text.char_indices() {
        if c == unit {
            start = if count == 0 { at } else { start };
            count += 1;
        } else if count > max {
            return Some(start..at);
        } else {
            count = 0;
        }
    }
    (count > max).then_some(start..text.len())
}

/// `text` with all runs of `unit` shortened to at most `max` characters.
pub(crate) fn shorten_runs(text: &str, unit: char, max: usize) -> String {
    let mut count = 0;
    let is_kept = |c: &char| {
        count = if *c == unit { count + 1 } else { 0 };
        count <= max
    };
    text.chars().filter(is_kept).collect()
}

/// The ranges of emoji as a reader sees them: joined emoji are one, and `©` and digits are none.
pub(crate) fn emoji(text: &str) -> impl Iterator<Item = Range<usize>> {
    let text = if text.is_ascii() { "" } else { text };
    let is_emoji = |cluster: &str| {
        let pictures = CodePointSetData::new::<EmojiPresentation>();
        let symbols = CodePointSetData::new::<Emoji>();
        cluster.chars().any(|c| pictures.contains(c))
            || (cluster.contains('\u{fe0f}') && cluster.chars().any(|c| symbols.contains(c)))
    };
    text.grapheme_indices(true)
        .filter(move |(_, cluster)| !cluster.is_ascii() && is_emoji(cluster))
        .map(|(start, cluster)| start..start + cluster.len())
}

/// The first range that WhatsApp would show in bold, italic, strikethrough or monospace.
pub(crate) fn formatting(text: &str) -> Option<Range<usize>> {
    const MARKS: [char; 3] = ['*', '_', '~'];
    let mut opened: [Option<usize>; 3] = [None; 3];
    let mut before: Option<char> = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let after = chars.peek().map(|(_, c)| *c);
        if c == '\n' {
            opened = [None; 3];
        }
        let mark = MARKS.iter().zip(&mut opened).find(|(mark, _)| **mark == c);
        if let Some((_, open)) = mark {
            let closes = before.is_some_and(|b| !b.is_whitespace() && b != c)
                && !after.is_some_and(char::is_alphanumeric);
            let opens = !before.is_some_and(char::is_alphanumeric)
                && after.is_some_and(|a| !a.is_whitespace() && a != c);
            match *open {
                Some(start) if closes => return Some(start..at + 1),
                _ if opens => *open = Some(at),
                _ => {}
            }
        }
        before = Some(c);
    }
    let start = text.find("```")?;
    let end = text.get(start + 3..)?.find("```")?;
    Some(start..start + end + 6)
}

/// The fixed text between placeholders.
pub(crate) fn fixed(text: &str) -> impl Iterator<Item = &str> {
    pieces(text).filter_map(|piece| match piece {
        Piece::Text(fixed) => Some(fixed),
        Piece::Placeholder(_) => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emoji_are_counted_as_readers_see_them() {
        for (text, count) in
            [("a ©1#™", 0), ("😀", 1), ("👨‍👩‍👧 ❤️", 2), ("🇩🇪🇫🇷", 2), ("1\u{fe0f}\u{20e3}", 1), ("☎", 0)]
        {
            assert_eq!(emoji(text).count(), count, "{text}");
        }
    }

    #[test]
    fn formatting_needs_a_pair_of_marks_at_word_boundaries() {
        for (text, range) in [
            ("a *b c* d", Some(2..7)),
            ("_x_", Some(0..3)),
            ("~x~!", Some(0..3)),
            ("```x```", Some(0..7)),
            ("2 * 3 * 4", None),
            ("snake_case_name", None),
            ("*a\nb*", None),
            ("**", None),
        ] {
            assert_eq!(formatting(text), range, "{text}");
        }
    }

    #[test]
    fn runs_are_found_and_shortened() {
        assert_eq!(run("a\n\n\nb", '\n', 2), Some(1..4));
        assert_eq!(run("a\n\nb\n\n", '\n', 2), None);
        assert_eq!(shorten_runs("a\n\n\n\nb\n", '\n', 2), "a\n\nb\n");
    }
}

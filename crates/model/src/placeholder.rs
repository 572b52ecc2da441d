//! Placeholders: `${{1}}` in texts, `{{1}}` in URLs; both are accepted everywhere and keep their
//! spelling. This is the one place that parses them (channel-rules GEN-05).

use std::ops::Range;

/// A placeholder where it stands in a text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Placeholder {
    /// The number between the braces, 1 to 999.
    pub number: u16,
    /// The bytes of the text it covers, with the `$` if it has one.
    pub range: Range<usize>,
}

/// A stretch of a text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Piece<'t> {
    /// Fixed text between placeholders; never empty.
    Text(&'t str),
    /// A placeholder.
    Placeholder(Placeholder),
}

/// The placeholders of a text, in order.
///
/// ```
/// let numbers: Vec<_> = outbound_model::placeholders("Hi ${{1}}, {{12}}, {{0}}").map(|p| p.number).collect();
/// assert_eq!(numbers, [1, 12]);
/// ```
pub fn placeholders(text: &str) -> impl Iterator<Item = Placeholder> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let found = next_placeholder(text, from)?;
        from = found.range.end;
        Some(found)
    })
}

/// A text cut into fixed text and placeholders; put together again they are the text.
pub fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut from = 0;
    let mut upcoming = next_placeholder(text, 0);
    std::iter::from_fn(move || match upcoming.take() {
        Some(next) if next.range.start == from => {
            from = next.range.end;
            upcoming = next_placeholder(text, from);
            Some(Piece::Placeholder(next))
        }
        next => {
            let end = next.as_ref().map_or(text.len(), |p| p.range.start);
            let fixed = &text[from..end];
            from = end;
            upcoming = next;
            (!fixed.is_empty()).then_some(Piece::Text(fixed))
        }
    })
}

fn next_placeholder(text: &str, from: usize) -> Option<Placeholder> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        let open = at + text[at..].find("{{")?;
        if let Some((number, end)) = number_and_end(bytes, open + 2) {
            let start = if open > from && bytes[open - 1] == b'$' { open - 1 } else { open };
            return Some(Placeholder { number, range: start..end });
        }
        at = open + 1;
    }
}

/// `12}}` at `start`: the number 12 and the index behind it.
fn number_and_end(bytes: &[u8], start: usize) -> Option<(u16, usize)> {
    let digits = bytes[start..].iter().take(3).take_while(|b| b.is_ascii_digit()).count();
    let end = start + digits;
    if digits == 0 || bytes[start] == b'0' || !bytes[end..].starts_with(b"}}") {
        return None;
    }
    let number = bytes[start..end].iter().fold(0, |n, digit| n * 10 + u16::from(digit - b'0'));
    Some((number, end + 2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_both_spellings_and_nothing_else() {
        for (text, expected) in [
            ("Hi ${{1}}", vec![(1, 3..9)]),
            ("{{1}}{{22}}${{333}}", vec![(1, 0..5), (22, 5..11), (333, 11..19)]),
            ("{{{4}}}", vec![(4, 1..6)]),
            ("$${{5}}", vec![(5, 1..7)]),
            ("{{0}} {{01}} {{1000}} {{ 1 }} {1} {{1} {{", vec![]),
        ] {
            let found: Vec<_> = placeholders(text).map(|p| (p.number, p.range)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn pieces_put_together_are_the_text(text in "[$]?([{}$0-3é ]|\\{\\{[0-9]{1,4}\\}\\})*") {
            let whole: String = pieces(&text)
                .map(|piece| match piece {
                    Piece::Text(fixed) => fixed.to_owned(),
                    Piece::Placeholder(p) => text[p.range].to_owned(),
                })
                .collect();
            prop_assert_eq!(whole, text);
        }
    }
}

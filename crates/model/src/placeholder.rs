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

/// Braces that look like a placeholder and are none: `{{ 1 }}`, `{1}`, `{{1}`, `{{1000}}`, `{{name}}`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MalformedPlaceholder {
    /// The bytes of the text it covers, with the `$` if it has one.
    pub range: Range<usize>,
    /// The number that was meant, where that is plain.
    pub number: Option<u16>,
}

/// How many bytes between braces are looked at; what stands further apart does not belong together.
const LONGEST_INSIDE: usize = 40;

/// What in a text looks like a placeholder and is none, in order.
///
/// Two opening braces always do; a single one does with only a number before its closing brace.
///
/// ```
/// let found = outbound_model::malformed_placeholders("Hi ${{ 1 }}, {{2}} {fine}").next().unwrap();
/// assert_eq!((found.range, found.number), (3..11, Some(1)));
/// ```
pub fn malformed_placeholders(text: &str) -> impl Iterator<Item = MalformedPlaceholder> {
    let mut end = 0;
    let fixed = pieces(text).filter_map(move |piece| match piece {
        Piece::Text(fixed) => {
            let start = end;
            end += fixed.len();
            Some((start, fixed))
        }
        Piece::Placeholder(placeholder) => {
            end = placeholder.range.end;
            None
        }
    });
    fixed.flat_map(|(start, fixed)| {
        let mut from = 0;
        std::iter::from_fn(move || {
            let mut found = next_malformed(fixed, from)?;
            from = found.range.end;
            found.range = start + found.range.start..start + found.range.end;
            Some(found)
        })
    })
}

fn next_malformed(text: &str, from: usize) -> Option<MalformedPlaceholder> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        let open = at + text[at..].find('{')?;
        let start = if open > from && bytes[open - 1] == b'$' { open - 1 } else { open };
        let double = bytes[open..].starts_with(b"{{");
        let inside = open + if double { 2 } else { 1 };
        let border = |b: &u8| matches!(b, b'{' | b'}' | b'\n');
        let length = bytes[inside..].iter().take(LONGEST_INSIDE).take_while(|b| !border(b)).count();
        let close = inside + length;
        let braces = bytes[close..].iter().take(2).take_while(|b| **b == b'}').count();
        if braces > 0 && (double || bytes[inside..close].trim_ascii().iter().all(u8::is_ascii_digit)) {
            let number = meant(&bytes[inside..close]);
            if double || number.is_some() {
                return Some(MalformedPlaceholder { range: start..close + braces, number });
            }
        } else if double {
            let digits = bytes[inside..].iter().take(4).take_while(|b| b.is_ascii_digit()).count();
            let number = meant(&bytes[inside..inside + digits]);
            return Some(MalformedPlaceholder { range: start..inside + digits, number });
        }
        at = inside;
    }
}

/// The number that a writer meant by ` 1 `, `#1` or `01`.
fn meant(inside: &[u8]) -> Option<u16> {
    let decoration = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'#' | b'$' | b'%');
    let bare = inside.iter().skip_while(|b| decoration(b));
    let kept = bare.clone().take_while(|b| b.is_ascii_digit()).count();
    let plain = kept > 0 && bare.clone().skip(kept).all(decoration);
    let number =
        bare.take(kept).try_fold(0_u16, |n, d| n.checked_mul(10)?.checked_add(u16::from(d - b'0')))?;
    (plain && (1..=999).contains(&number)).then_some(number)
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

    #[test]
    fn malformed_braces_are_found_where_they_stand() {
        for (text, expected) in [
            ("Hi ${{ 1 }}!", vec![(3..11, Some(1))]),
            ("{1} {{2} ${3}}", vec![(0..3, Some(1)), (4..8, Some(2)), (9..14, Some(3))]),
            ("{{#4}} {{01}}", vec![(0..6, Some(4)), (7..13, Some(1))]),
            (
                "{{1000}} {{0}} {{}} {{name}}",
                vec![(0..8, None), (9..14, None), (15..19, None), (20..28, None)],
            ),
            ("{{5 and so on", vec![(0..3, Some(5))]),
            ("{{ {{1}}", vec![(0..2, None)]),
            ("{{1}} ${{2}} {{{3}}} {fine} {} { 1 } $ }}", vec![(31..36, Some(1))]),
            ("{{é}} {é}", vec![(0..6, None)]),
        ] {
            let found: Vec<_> = malformed_placeholders(text).map(|p| (p.range, p.number)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn malformed_ranges_lie_in_the_text_and_hold_no_placeholder(text in "[$]?([{}$0-3é\n# ]|\\{\\{[0-9]{1,4}\\}\\})*") {
            let mut end = 0;
            for found in malformed_placeholders(&text) {
                prop_assert!(found.range.start >= end && text.get(found.range.clone()).is_some());
                prop_assert_eq!(placeholders(&text[found.range.clone()]).count(), 0);
                end = found.range.end;
            }
        }

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

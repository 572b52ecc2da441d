//! Placeholders: `${{1}}` in message content, `{{1}}` in URLs. Both spellings are accepted everywhere and
//! preserved. This is the only parser of placeholders (channel-rules GEN-05).

use std::ops::Range;

/// A placeholder and its position in a string.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Placeholder {
    /// The number between the braces, 1 to 999.
    pub number: u16,
    /// The bytes that it covers, including the `$` if it has one.
    pub range: Range<usize>,
}

/// A part of a string: fixed text or a placeholder.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Piece<'t> {
    /// Fixed text between placeholders; never empty.
    Text(&'t str),
    /// A placeholder.
    Placeholder(Placeholder),
}

/// The placeholders of a string, in order.
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

/// Splits a string into fixed text and placeholders. The concatenated pieces equal the string.
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

/// Parses `12}}` at `start` into the number 12 and the index after the braces.
fn number_and_end(bytes: &[u8], start: usize) -> Option<(u16, usize)> {
    let digits = bytes[start..].iter().take(3).take_while(|b| b.is_ascii_digit()).count();
    let end = start + digits;
    if digits == 0 || bytes[start] == b'0' || !bytes[end..].starts_with(b"}}") {
        return None;
    }
    let number = bytes[start..end].iter().fold(0, |n, digit| n * 10 + u16::from(digit - b'0'));
    Some((number, end + 2))
}

/// Braces that resemble a placeholder but are not valid: `{{ 1 }}`, `{1}`, `{{1}`, `{{1000}}`, `{{name}}`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MalformedPlaceholder {
    /// The bytes that it covers, including the `$` if it has one.
    pub range: Range<usize>,
    /// The intended number, if it is unambiguous.
    pub number: Option<u16>,
}

/// Maximum number of bytes between braces that belong together.
const MAX_INSIDE: usize = 40;

/// The malformed placeholders of a string, in order.
///
/// Two opening braces always begin a placeholder. A single brace begins one only if nothing but a number
/// precedes its closing brace.
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
        let is_delimiter = |b: &u8| matches!(b, b'{' | b'}' | b'\n');
        let length = bytes[inside..].iter().take(MAX_INSIDE).take_while(|b| !is_delimiter(b)).count();
        let close = inside + length;
        let braces = bytes[close..].iter().take(2).take_while(|b| **b == b'}').count();
        if braces > 0 && (double || bytes[inside..close].trim_ascii().iter().all(u8::is_ascii_digit)) {
            let number = intended_number(&bytes[inside..close]);
            if double || number.is_some() {
                return Some(MalformedPlaceholder { range: start..close + braces, number });
            }
        } else if double {
            let digits = bytes[inside..].iter().take(4).take_while(|b| b.is_ascii_digit()).count();
            let number = intended_number(&bytes[inside..inside + digits]);
            return Some(MalformedPlaceholder { range: start..inside + digits, number });
        }
        at = inside;
    }
}

/// The number that an author intended with ` 1 `, `#1` or `01`.
fn intended_number(inside: &[u8]) -> Option<u16> {
    let is_decoration = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'#' | b'$' | b'%');
    let undecorated = inside.iter().skip_while(|b| is_decoration(b));
    let digits = undecorated.clone().take_while(|b| b.is_ascii_digit()).count();
    let is_unambiguous = digits > 0 && undecorated.clone().skip(digits).all(is_decoration);
    let number = undecorated
        .take(digits)
        .try_fold(0_u16, |n, digit| n.checked_mul(10)?.checked_add(u16::from(digit - b'0')))?;
    (is_unambiguous && (1..=999).contains(&number)).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn parses_only_the_two_spellings() {
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
    fn malformed_placeholders_are_located() {
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
        fn malformed_ranges_are_in_bounds_and_contain_no_placeholder(
            text in "[$]?([{}$0-3é\n# ]|\\{\\{[0-9]{1,4}\\}\\})*",
        ) {
            let mut end = 0;
            for found in malformed_placeholders(&text) {
                prop_assert!(found.range.start >= end && text.get(found.range.clone()).is_some());
                prop_assert_eq!(placeholders(&text[found.range.clone()]).count(), 0);
                end = found.range.end;
            }
        }

        #[test]
        fn concatenated_pieces_equal_the_string(text in "[$]?([{}$0-3é ]|\\{\\{[0-9]{1,4}\\}\\})*") {
            let joined: String = pieces(&text)
                .map(|piece| match piece {
                    Piece::Text(fixed) => fixed.to_owned(),
                    Piece::Placeholder(p) => text[p.range].to_owned(),
                })
                .collect();
            prop_assert_eq!(joined, text);
        }
    }
}

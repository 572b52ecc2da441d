//! Locates values in JSON: maps JSON pointers and ranges of decoded strings to bytes, lines and columns of the
//! file.

use std::collections::HashMap;
use std::ops::Range;

use serde::Serialize;
use serde_json::value::RawValue;

/// A position in a file, counted from 1. Columns count characters.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct Location {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl Location {
    /// The beginning of a file.
    pub const START: Location = Location { line: 1, column: 1 };

    /// The position after `text`, if `text` begins at this position.
    #[must_use]
    pub fn after(self, text: &str) -> Location {
        match text.rsplit_once('\n') {
            Some((lines, rest)) => Location {
                line: self.line + 1 + lines.matches('\n').count(),
                column: 1 + rest.chars().count(),
            },
            None => Location { line: self.line, column: self.column + text.chars().count() },
        }
    }
}

/// The byte offset of the value at `pointer` (RFC 6901) in `json`. For a missing value, the offset of its closest
/// existing parent.
///
/// ```
/// assert_eq!(outbound_formats::locate(r#"{"a": [1, 22]}"#, "/a/1"), 10);
/// ```
pub fn locate(json: &str, pointer: &str) -> usize {
    Places::new(json).value(pointer).start
}

/// Locates many values in one JSON document. Each array and object is parsed once.
#[derive(Debug)]
pub struct Places<'j> {
    json: &'j str,
    /// Parsed arrays and objects by pointer.
    parsed: HashMap<String, Children<'j>>,
}

#[derive(Debug)]
enum Children<'j> {
    None,
    Items(Vec<&'j RawValue>),
    Fields(HashMap<String, &'j RawValue>),
}

impl<'j> Places<'j> {
    /// Locates values in `json`, which must be valid.
    pub fn new(json: &'j str) -> Self {
        Self { json, parsed: HashMap::new() }
    }

    /// The bytes of the value at `pointer` (RFC 6901). For a missing value, those of its closest existing parent.
    pub fn value(&mut self, pointer: &str) -> Range<usize> {
        let mut value = self.json.trim();
        let mut end = 0;
        for step in pointer.split('/').skip(1) {
            let children =
                self.parsed.entry(pointer[..end].to_owned()).or_insert_with(|| Children::of(value));
            end += 1 + step.len();
            match children.child(&step.replace("~1", "/").replace("~0", "~")) {
                Some(inner) => value = inner,
                None => break,
            }
        }
        let start = value.as_ptr().addr() - self.json.as_ptr().addr();
        start..start + value.len()
    }
}

impl<'j> Children<'j> {
    fn of(value: &'j str) -> Self {
        let children = match value.as_bytes().first() {
            Some(b'[') => serde_json::from_str(value).map(Children::Items),
            Some(b'{') => serde_json::from_str(value).map(Children::Fields),
            _ => Ok(Children::None),
        };
        children.unwrap_or(Children::None)
    }

    fn child(&self, step: &str) -> Option<&'j str> {
        let value = match self {
            Children::None => None,
            Children::Items(items) => items.get(step.parse::<usize>().ok()?),
            Children::Fields(fields) => fields.get(step),
        };
        value.map(|value| value.get())
    }
}

/// Maps `range` of a decoded JSON string to the bytes of its literal, which includes quotes and escapes. For values
/// of other types, returns all bytes.
///
/// ```
/// let literal = r#""caf\u00e9 \"1\"""#;
/// let range = outbound_formats::within_text(literal, 3..5);
/// assert_eq!(&literal[range], r"\u00e9");
/// ```
pub fn within_text(literal: &str, range: Range<usize>) -> Range<usize> {
    if !literal.starts_with('"') {
        return 0..literal.len();
    }
    let (mut encoded, mut decoded) = (1, 0);
    let mut start = None;
    while encoded + 1 < literal.len() && decoded < range.end {
        let Some((bytes, decoded_bytes)) = literal.get(encoded..).and_then(first_character) else { break };
        if start.is_none() && decoded + decoded_bytes > range.start {
            start = Some(encoded);
        }
        encoded += bytes;
        decoded += decoded_bytes;
    }
    start.unwrap_or(encoded)..encoded
}

/// The number of bytes of the first character of a literal, encoded and decoded.
fn first_character(rest: &str) -> Option<(usize, usize)> {
    let first = rest.chars().next()?;
    if first != '\\' {
        return Some((first.len_utf8(), first.len_utf8()));
    }
    let escaped = rest.chars().nth(1)?;
    if escaped != 'u' {
        return Some((1 + escaped.len_utf8(), 1));
    }
    let code = u32::from_str_radix(rest.get(2..6)?, 16).ok()?;
    match char::from_u32(code) {
        Some(c) => Some((6, c.len_utf8())),
        // A surrogate pair such as `\ud83d\ude00` is one character of four bytes.
        None => rest.get(..12).map(|both| (both.len(), 4)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locates_the_value_or_its_closest_parent() {
        let json = "\n{\"a\": {\"b/c\": [10, {\"d\": true}]}}";
        for (pointer, expected) in
            [("", "{\"a\""), ("/a/b~1c/1/d", "true"), ("/a/b~1c/0", "10"), ("/a/nothing/deeper", "{\"b/c\"")]
        {
            assert!(json[locate(json, pointer)..].starts_with(expected), "{pointer}");
        }
    }

    #[test]
    fn ranges_of_decoded_strings_are_mapped_to_escapes() {
        let literal = r#""a\"\n\u00e9é\ud83d\ude00\/z""#;
        for (range, encoded) in [
            (0..1, "a"),
            (1..2, r#"\""#),
            (2..5, r"\n\u00e9"),
            (3..5, r"\u00e9"),
            (5..7, "é"),
            (7..11, r"\ud83d\ude00"),
            (11..13, r"\/z"),
            (13..13, ""),
            (12..99, "z"),
        ] {
            assert_eq!(&literal[within_text(literal, range.clone())], encoded, "{range:?}");
        }
        assert_eq!(within_text("[1]", 1..2), 0..3);
    }

    #[test]
    fn invalid_literals_are_not_split_within_a_character() {
        for literal in ["\"\\é", "\"\\ud800é\\u", "\"\\ud800", "\"\\u00é"] {
            for end in 0..9 {
                assert!(literal.get(within_text(literal, 0..end)).is_some(), "{literal} {end}");
            }
        }
    }

    #[test]
    fn columns_count_characters() {
        assert_eq!(Location::START.after("é"), Location { line: 1, column: 2 });
        assert_eq!(Location::START.after("a\nb\nçé"), Location { line: 3, column: 3 });
    }
}

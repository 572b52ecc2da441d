//! Where a value stands in its text: from a JSON pointer, and a range of the decoded text, to the
//! bytes of the file, its line and column.

use std::collections::HashMap;
use std::ops::Range;

use serde::Serialize;
use serde_json::value::RawValue;

/// A place in a text, counted from 1 as editors do; columns count characters.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct Location {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl Location {
    /// The beginning of a text.
    pub const START: Location = Location { line: 1, column: 1 };

    /// The place behind `text`, when the text begins here.
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

/// The byte at which the value of `pointer` (RFC 6901) begins in `json`; for a value that is not
/// there, the one that should hold it.
///
/// ```
/// assert_eq!(outbound_formats::locate(r#"{"a": [1, 22]}"#, "/a/1"), 10);
/// ```
pub fn locate(json: &str, pointer: &str) -> usize {
    Places::new(json).value(pointer).start
}

/// The places of many values in one JSON text; each array and object is looked through once.
#[derive(Debug)]
pub struct Places<'j> {
    json: &'j str,
    /// By pointer.
    opened: HashMap<String, Inside<'j>>,
}

#[derive(Debug)]
enum Inside<'j> {
    Nothing,
    Items(Vec<&'j RawValue>),
    Fields(HashMap<String, &'j RawValue>),
}

impl<'j> Places<'j> {
    /// Of values in `json`, which must be valid.
    pub fn new(json: &'j str) -> Self {
        Self { json, opened: HashMap::new() }
    }

    /// The bytes of the value of `pointer` (RFC 6901); of a value that is not there, those of the
    /// one that should hold it.
    pub fn value(&mut self, pointer: &str) -> Range<usize> {
        let mut value = self.json.trim();
        let mut end = 0;
        for step in pointer.split('/').skip(1) {
            let inside = self.opened.entry(pointer[..end].to_owned()).or_insert_with(|| Inside::of(value));
            end += 1 + step.len();
            match inside.child(&step.replace("~1", "/").replace("~0", "~")) {
                Some(inner) => value = inner,
                None => break,
            }
        }
        let start = value.as_ptr().addr() - self.json.as_ptr().addr();
        start..start + value.len()
    }
}

impl<'j> Inside<'j> {
    fn of(value: &'j str) -> Self {
        let inside = match value.as_bytes().first() {
            Some(b'[') => serde_json::from_str(value).map(Inside::Items),
            Some(b'{') => serde_json::from_str(value).map(Inside::Fields),
            _ => Ok(Inside::Nothing),
        };
        inside.unwrap_or(Inside::Nothing)
    }

    fn child(&self, step: &str) -> Option<&'j str> {
        let value = match self {
            Inside::Nothing => None,
            Inside::Items(items) => items.get(step.parse::<usize>().ok()?),
            Inside::Fields(fields) => fields.get(step),
        };
        value.map(|value| value.get())
    }
}

/// The bytes of a JSON string's literal, quotes and escapes as they are written, that stand for
/// `range` of the text it means. Of any other value, all bytes.
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
    let (mut written, mut meant) = (1, 0);
    let mut start = None;
    while written + 1 < literal.len() && meant < range.end {
        let Some((bytes, text_bytes)) = literal.get(written..).and_then(unit) else { break };
        if start.is_none() && meant + text_bytes > range.start {
            start = Some(written);
        }
        written += bytes;
        meant += text_bytes;
    }
    start.unwrap_or(written)..written
}

/// How many bytes the first character of a literal's rest is written with, and how many it means.
fn unit(rest: &str) -> Option<(usize, usize)> {
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
        // A surrogate comes with its other half, `\ud83d\ude00`: together one character of four bytes.
        None => rest.get(..12).map(|both| (both.len(), 4)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_value_or_what_should_hold_it() {
        let json = "\n{\"a\": {\"b/c\": [10, {\"d\": true}]}}";
        for (pointer, expected) in
            [("", "{\"a\""), ("/a/b~1c/1/d", "true"), ("/a/b~1c/0", "10"), ("/a/nothing/deeper", "{\"b/c\"")]
        {
            assert!(json[locate(json, pointer)..].starts_with(expected), "{pointer}");
        }
    }

    #[test]
    fn a_range_of_the_text_is_found_among_its_escapes() {
        let literal = r#""a\"\n\u00e9é\ud83d\ude00\/z""#;
        for (range, written) in [
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
            assert_eq!(&literal[within_text(literal, range.clone())], written, "{range:?}");
        }
        assert_eq!(within_text("[1]", 1..2), 0..3);
    }

    #[test]
    fn a_text_that_is_no_json_is_never_cut_within_a_character() {
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

//! Where a value stands in its text: from a JSON pointer to line and column.

use std::collections::HashMap;

use serde_json::value::RawValue;

/// A place in a text, counted from 1 as editors do; columns count characters.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
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
    let mut value = json.trim_start();
    for step in pointer.split('/').skip(1) {
        match child(value, &step.replace("~1", "/").replace("~0", "~")) {
            Some(inner) => value = inner,
            None => break,
        }
    }
    value.as_ptr().addr() - json.as_ptr().addr()
}

fn child<'j>(value: &'j str, step: &str) -> Option<&'j str> {
    let inner: &RawValue = if value.starts_with('[') {
        let items: Vec<&RawValue> = serde_json::from_str(value).ok()?;
        items.get(step.parse::<usize>().ok()?)?
    } else {
        let fields: HashMap<String, &RawValue> = serde_json::from_str(value).ok()?;
        fields.get(step)?
    };
    Some(inner.get())
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
    fn columns_count_characters() {
        assert_eq!(Location::START.after("é"), Location { line: 1, column: 2 });
        assert_eq!(Location::START.after("a\nb\nçé"), Location { line: 3, column: 3 });
    }
}

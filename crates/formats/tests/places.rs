//! Mapping of ranges in decoded strings to bytes of the file.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fmt::Write;

use outbound_formats::{Places, within_text};
use proptest::prelude::*;

/// Encodes a string as a JSON literal. `escaped` decides in turn which characters are written as `\u` escapes.
fn literal(text: &str, escaped: &[bool]) -> String {
    let mut literal = String::from('"');
    for (c, escaped) in text.chars().zip(escaped.iter().cycle()) {
        if *escaped {
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(literal, "\\u{unit:04X}").unwrap();
            }
        } else {
            let quoted = serde_json::to_string(&c).unwrap();
            literal.push_str(&quoted[1..quoted.len() - 1]);
        }
    }
    literal.push('"');
    literal
}

proptest! {
    #[test]
    fn located_bytes_decode_to_the_range(
        text in any::<String>(),
        escaped in prop::collection::vec(any::<bool>(), 1..9),
        (from, to) in (any::<prop::sample::Index>(), any::<prop::sample::Index>()),
    ) {
        let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let (from, to) = (ends[from.index(ends.len())], ends[to.index(ends.len())]);
        let range = from.min(to)..from.max(to);
        let literal = literal(&text, &escaped);
        let located = &literal[within_text(&literal, range.clone())];
        let decoded: String = serde_json::from_str(&format!("\"{located}\"")).unwrap();
        prop_assert_eq!(&decoded, &text[range]);
    }

    #[test]
    fn arbitrary_json_and_pointers_do_not_panic(json in ".{0,40}", pointer in "(/[a-z0-9~/]{0,3}){0,4}") {
        let bytes = Places::new(&json).value(&pointer);
        prop_assert!(json.get(bytes).is_some());
        let range = within_text(&json, 3..7);
        prop_assert!(json.get(range).is_some());
    }
}

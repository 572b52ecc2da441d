//! A range of a text, found among the escapes of the file that holds it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fmt::Write;

use outbound_formats::{Places, within_text};
use proptest::prelude::*;

/// The text as a JSON literal; each character as it is, or as an escape, as `plain` says in turn.
fn literal(text: &str, plain: &[bool]) -> String {
    let mut written = String::from('"');
    for (c, plain) in text.chars().zip(plain.iter().cycle()) {
        if *plain {
            let quoted = serde_json::to_string(&c).unwrap();
            written.push_str(&quoted[1..quoted.len() - 1]);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(written, "\\u{unit:04X}").unwrap();
            }
        }
    }
    written.push('"');
    written
}

proptest! {
    #[test]
    fn what_is_underlined_means_what_was_found(
        text in any::<String>(),
        plain in prop::collection::vec(any::<bool>(), 1..9),
        (from, to) in (any::<prop::sample::Index>(), any::<prop::sample::Index>()),
    ) {
        let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let (from, to) = (ends[from.index(ends.len())], ends[to.index(ends.len())]);
        let range = from.min(to)..from.max(to);
        let literal = literal(&text, &plain);
        let underlined = &literal[within_text(&literal, range.clone())];
        let meant: String = serde_json::from_str(&format!("\"{underlined}\"")).unwrap();
        prop_assert_eq!(&meant, &text[range]);
    }

    #[test]
    fn no_text_and_pointer_are_too_odd(json in ".{0,40}", pointer in "(/[a-z0-9~/]{0,3}){0,4}") {
        let place = Places::new(&json).value(&pointer);
        prop_assert!(json.get(place).is_some());
        let range = within_text(&json, 3..7);
        prop_assert!(json.get(range).is_some());
    }
}

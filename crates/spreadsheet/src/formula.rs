//! Text that a spreadsheet program would execute as a formula ("CSV injection").
//!
//! Sources: OWASP, CSV Injection; OWASP ASVS 5.0, requirement 1.2.10.

use std::borrow::Cow;

/// The prefix with which spreadsheet programs read a cell as text.
const PREFIX: char = '\'';

/// Prefixes text that a spreadsheet program would execute as a formula with `'`. [`unescape_formula`] reverses it.
pub fn escape_formula(text: &str) -> Cow<'_, str> {
    // Text that already looks escaped also gets a prefix. Otherwise, an import would remove its own one.
    if starts_formula(text.trim_start_matches(PREFIX)) {
        Cow::Owned(format!("{PREFIX}{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The text before [`escape_formula`]. Other text is unchanged, also if it begins with `'`.
pub fn unescape_formula(text: &str) -> &str {
    match text.strip_prefix(PREFIX) {
        Some(rest) if starts_formula(rest.trim_start_matches(PREFIX)) => rest,
        _ => text,
    }
}

/// Whether `text` begins with a character that starts a formula, or that programs remove from its start. Some
/// programs treat the full-width forms of the operators like the ASCII ones.
fn starts_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn formulas_get_a_prefix() {
        for (text, escaped) in [
            ("=HYPERLINK(\"https://example.com\")", "'=HYPERLINK(\"https://example.com\")"),
            ("+14155550123", "'+14155550123"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'\r=1"),
            ("\n=1", "'\n=1"),
            ("\0=1", "'\0=1"),
            ("＝1", "'＝1"),
            ("=", "'="),
            // Looks escaped.
            ("'=1", "''=1"),
            ("''=1", "'''=1"),
        ] {
            assert_eq!(escape_formula(text), escaped);
            assert_eq!(unescape_formula(escaped), text);
        }
    }

    #[test]
    fn other_text_is_unchanged() {
        for text in ["", "a=1", " =1", "'", "'quoted'", "don't", "12", "Grüße", "'’"] {
            assert_eq!(escape_formula(text), text);
            assert_eq!(unescape_formula(text), text);
        }
    }

    proptest! {
        #[test]
        fn unescaping_restores_any_text(text in "['=+@\t\r\n-]{0,4}\\PC{0,4}") {
            let escaped = escape_formula(&text);
            prop_assert!(!starts_formula(&escaped));
            prop_assert_eq!(unescape_formula(&escaped), &text);
        }
    }
}

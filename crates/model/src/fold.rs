//! Case-insensitive comparison of names and search terms.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Lower case in NFC. Strings with equal folds count as the same name or search term.
///
/// ```
/// use outbound_model::fold;
///
/// assert_eq!(fold("CAFE\u{301}"), fold("Café"));
/// ```
pub fn fold(text: &str) -> String {
    // ASCII, the most common case, needs no Unicode tables.
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let lower: String = nfc(text).chars().flat_map(char::to_lowercase).collect();
    match nfc(&lower) {
        Cow::Borrowed(_) => lower,
        Cow::Owned(composed) => composed,
    }
}

/// The text in NFC. Most strings already are, and checking that is much cheaper than composing them.
fn nfc(text: &str) -> Cow<'_, str> {
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => Cow::Borrowed(text),
        IsNormalized::No | IsNormalized::Maybe => Cow::Owned(text.nfc().collect()),
    }
}

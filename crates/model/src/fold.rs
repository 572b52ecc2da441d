//! Case-insensitive comparison of names and search terms.

use unicode_normalization::UnicodeNormalization;

/// Lower case in NFC. Strings with equal folds count as the same name or search term.
///
/// ```
/// use outbound_model::fold;
///
/// assert_eq!(fold("CAFE\u{301}"), fold("Café"));
/// ```
pub fn fold(text: &str) -> String {
    // Most texts: no table is needed.
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.nfc().flat_map(char::to_lowercase).nfc().collect()
}

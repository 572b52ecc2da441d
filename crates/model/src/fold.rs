//! How texts are compared where neither case nor composition matters: names, and what people search for.

use unicode_normalization::UnicodeNormalization;

/// NFC, lower case. Two texts with equal folds are the same to a person who looks for them.
///
/// ```
/// use outbound_model::fold;
///
/// assert_eq!(fold("CAFE\u{301}"), fold("Café"));
/// ```
pub fn fold(text: &str) -> String {
    text.nfc().flat_map(char::to_lowercase).nfc().collect()
}

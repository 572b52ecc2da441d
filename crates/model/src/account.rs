//! The tenant: a brand's account. LivePerson also calls its id the site id.

use crate::text_types::{is_id, text_type};

text_type! {
    /// An account id: 1 to 32 letters, digits, `_` or `-`, such as `12345678` or `le81823118`.
    #[schema(value_type = String, pattern = "^[A-Za-z0-9_-]{1,32}$", example = "12345678")]
    AccountId,
    valid: |text| is_id(text, 32, b"_-"),
    invalid: "an account id is 1 to 32 letters, digits, '_' or '-'"
}

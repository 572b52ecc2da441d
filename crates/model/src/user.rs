//! Users: people who log in to an account.

use crate::fold;
use crate::text_types::{is_name, text_type};

text_type! {
    /// A login name: 1 to 128 characters without control characters and without leading or trailing
    /// whitespace. It is unique in the account, ignoring case.
    #[schema(value_type = String, min_length = 1, max_length = 128, example = "anna")]
    Username,
    valid: |text| is_name(text, 128) && text.trim() == text,
    invalid: "a login name is 1 to 128 characters, without spaces at its ends"
}

impl Username {
    /// The comparison key: lower case in NFC. Names with equal keys are the same name.
    pub fn key(&self) -> String {
        fold(&self.0)
    }
}

text_type! {
    /// A user id: ten digits, as in the Login Service (contract §2.3).
    #[schema(value_type = String, pattern = "^[0-9]{10}$", example = "3705342610")]
    UserId,
    valid: |text| text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit()),
    invalid: "a user id is ten digits"
}

impl UserId {
    /// Derives an id from a random number: its last ten decimal digits.
    pub fn from_random(number: u64) -> Self {
        Self(format!("{:010}", number % 10_000_000_000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn login_names_are_compared_without_case_and_composition() {
        let key = |text: &str| text.parse::<Username>().unwrap().key();
        assert_eq!(key("José@Example.com"), key("jose\u{301}@example.COM"));
    }

    #[test]
    fn invalid_login_names_are_rejected() {
        for text in ["", " anna", "anna ", "an\nna", &"a".repeat(129)] {
            assert!(text.parse::<Username>().is_err(), "{text:?}");
        }
    }
}

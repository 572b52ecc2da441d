//! Users: people who log in to an account.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use utoipa::ToSchema;

use crate::{Invalid, fold};

/// A login name: 1 to 128 characters without control characters and without leading or trailing
/// whitespace. It is unique in the account, ignoring case.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[schema(value_type = String, min_length = 1, max_length = 128, example = "anna")]
pub struct Username(String);

impl Username {
    /// The name with its original case and composition.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The comparison key: lower case in NFC. Names with equal keys are the same name.
    pub fn key(&self) -> String {
        fold(&self.0)
    }
}

impl FromStr for Username {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let short = text.chars().nth(128).is_none();
        if short && !text.is_empty() && text.trim() == text && !text.chars().any(char::is_control) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new("a login name is 1 to 128 characters, without blanks at its ends"))
        }
    }
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A user id: ten digits, as in the Login Service (contract §2.3).
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
#[schema(value_type = String, pattern = "^[0-9]{10}$", example = "3705342610")]
pub struct UserId(String);

impl UserId {
    /// Derives an id from a random number: its last ten decimal digits.
    pub fn from_random(number: u64) -> Self {
        Self(format!("{:010}", number % 10_000_000_000))
    }

    /// The id as a string.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for UserId {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new("a user id is ten digits"))
        }
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
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

//! The address of a consumer.

use std::fmt;

use crate::text::Text;

/// A consumer's address: personal data that never appears in logs.
#[derive(Clone, Eq, Ord, PartialEq, PartialOrd)]
pub struct Address(Text);

impl Address {
    /// Wraps an address.
    pub fn new(text: Text) -> Self {
        Self(text)
    }

    /// The last three characters, for people who only have to recognize the address. Nothing of shorter addresses
    /// than seven characters. The length is not revealed.
    pub fn masked(&self) -> String {
        const HIDDEN: &str = "•••••";
        let address = self.reveal();
        match address.char_indices().rev().nth(2) {
            Some((end, _)) if address.chars().nth(6).is_some() => format!("{HIDDEN}{}", &address[end..]),
            _ => HIDDEN.to_owned(),
        }
    }

    /// The address in clear text.
    pub fn reveal(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(…)")
    }
}

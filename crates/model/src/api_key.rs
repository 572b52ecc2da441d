//! The public name of an OAuth 1.0 API key.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use utoipa::ToSchema;

use crate::{Generator, Invalid, random_uuid};

/// An app key (`oauth_consumer_key`): 1 to 64 letters, digits or `-`. Generated keys are 32 hexadecimal digits.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, ToSchema)]
#[schema(value_type = String, pattern = "^[A-Za-z0-9-]{1,64}$", example = "5102ce1f35bd4e5e9bd3bacdfd28dd3a")]
pub struct AppKey(String);

impl AppKey {
    /// Generates a key of 128 random bits, in the vendor's notation.
    pub fn random(generator: &dyn Generator) -> Self {
        Self(random_uuid(generator).simple().to_string())
    }

    /// The key as a string.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AppKey {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        if (1..=64).contains(&text.len()) && text.bytes().all(is_allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new("an app key is 1 to 64 letters, digits or '-'"))
        }
    }
}

impl fmt::Display for AppKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

//! The OAuth 2.0 client: an app that requests tokens for an account.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use utoipa::ToSchema;

use crate::{Generator, Invalid, random_uuid};

/// A client id (`client_id`, the `azp` of its tokens): 1 to 64 letters, digits or `-`. Generated ids are UUIDs.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, ToSchema)]
#[schema(value_type = String, pattern = "^[A-Za-z0-9-]{1,64}$", example = "5102ce1f-35bd-4e5e-9bd3-bacdfd28dd3a")]
pub struct ClientId(String);

impl ClientId {
    /// Generates a random id.
    pub fn random(generator: &dyn Generator) -> Self {
        Self(random_uuid(generator).to_string())
    }

    /// The id as a string.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ClientId {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        if (1..=64).contains(&text.len()) && text.bytes().all(is_allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new("a client id is 1 to 64 letters, digits or '-'"))
        }
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

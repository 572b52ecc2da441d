//! The OAuth 2.0 client: an app that asks for tokens in the name of an account.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use utoipa::ToSchema;

use crate::{Generator, Invalid, random_uuid};

/// A client's id (`client_id`, the `azp` of its tokens): 1 to 64 letters, digits or `-`, a UUID as we make them.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, ToSchema)]
#[schema(value_type = String, pattern = "^[A-Za-z0-9-]{1,64}$", example = "5102ce1f-35bd-4e5e-9bd3-bacdfd28dd3a")]
pub struct ClientId(String);

impl ClientId {
    /// One that nobody has.
    pub fn random(generator: &dyn Generator) -> Self {
        Self(random_uuid(generator).to_string())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ClientId {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let legal = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        if (1..=64).contains(&text.len()) && text.bytes().all(legal) {
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

//! The OAuth 2.0 client: an app that requests tokens for an account.

use crate::text_types::{is_id, text_type};
use crate::{Generator, random_uuid};

text_type! {
    /// A client id (`client_id`, the `azp` of its tokens): 1 to 64 letters, digits or `-`. Generated ids are UUIDs.
    #[schema(value_type = String, pattern = "^[A-Za-z0-9-]{1,64}$", example = "5102ce1f-35bd-4e5e-9bd3-bacdfd28dd3a")]
    ClientId,
    valid: |text| is_id(text, 64, b"-"),
    invalid: "a client id is 1 to 64 letters, digits or '-'"
}

impl ClientId {
    /// Generates a random id.
    pub fn random(generator: &dyn Generator) -> Self {
        Self(random_uuid(generator).to_string())
    }
}

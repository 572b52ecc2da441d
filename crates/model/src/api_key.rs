//! The public name of an OAuth 1.0 API key.

use crate::text_types::{is_id, text_type};
use crate::{Generator, random_uuid};

text_type! {
    /// An app key (`oauth_consumer_key`): 1 to 64 letters, digits or `-`. Generated keys are 32 hexadecimal digits.
    #[schema(value_type = String, pattern = "^[A-Za-z0-9-]{1,64}$", example = "5102ce1f35bd4e5e9bd3bacdfd28dd3a")]
    AppKey,
    valid: |text| is_id(text, 64, b"-"),
    invalid: "an app key is 1 to 64 letters, digits or '-'"
}

impl AppKey {
    /// Generates a key of 128 random bits, in the vendor's notation.
    pub fn random(generator: &dyn Generator) -> Self {
        Self(random_uuid(generator).simple().to_string())
    }
}

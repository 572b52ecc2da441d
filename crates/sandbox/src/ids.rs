//! Ids in the forms of the APIs.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use uuid::Builder;

/// An id of WhatsApp: `wamid.` and base64.
pub(crate) fn wamid(random: [u8; 16]) -> String {
    format!("wamid.HBgL{}", STANDARD.encode(hex::encode_upper(random)))
}

/// An id of Twilio: `SM` and 32 hexadecimal digits.
pub(crate) fn message_sid(random: [u8; 16]) -> String {
    format!("SM{}", hex::encode(random))
}

/// A UUID of version 4, as RBM uses.
pub(crate) fn uuid(random: [u8; 16]) -> String {
    Builder::from_random_bytes(random).into_uuid().to_string()
}

//! Signatures of callbacks.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac::{self, Algorithm};
use outbound_auth::Secret;

use crate::error::ConnectorError;
use crate::provider::Provider;

/// Checks the HMAC of `parts`, one after the other, in constant time.
pub(crate) fn verify(algorithm: Algorithm, key: &Secret, parts: &[&[u8]], signature: &[u8]) -> bool {
    let mut context = hmac::Context::with_key(&hmac::Key::new(algorithm, key.expose().as_bytes()));
    for part in parts {
        context.update(part);
    }
    verify_slices_are_equal(context.sign().as_ref(), signature).is_ok()
}

/// Compares two strings in constant time.
pub(crate) fn is_equal(one: &str, other: &str) -> bool {
    verify_slices_are_equal(one.as_bytes(), other.as_bytes()).is_ok()
}

/// Rejects callbacks that are longer than the provider sends, before anything is computed.
pub(crate) fn check_length(provider: Provider, body: &[u8]) -> Result<(), ConnectorError> {
    let maximum = provider.max_callback_bytes();
    if body.len() > maximum { Err(ConnectorError::CallbackTooLong { maximum }) } else { Ok(()) }
}

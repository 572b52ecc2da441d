//! The key that ids are derived with and page tokens are authenticated with.

use std::fmt;

use aws_lc_rs::hmac;
use outbound_model::AccountId;

use crate::address::Address;

/// The key of ids, consumers and page tokens. It must never change, because ids that are derived again have to be equal.
#[derive(Clone)]
pub struct ReportingKey(hmac::Key);

impl fmt::Debug for ReportingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReportingKey(…)")
    }
}

impl ReportingKey {
    /// From 32 random bytes.
    pub fn new(bytes: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, bytes))
    }

    /// Identifies a consumer of an account without revealing the address. The `+` before a phone number does not
    /// matter.
    pub fn consumer(&self, account: &AccountId, address: &Address) -> [u8; 16] {
        let address = address.reveal();
        let address = address.strip_prefix('+').unwrap_or(address);
        self.tag("consumer", &[account.as_str().as_bytes(), address.as_bytes()])
    }

    /// Identifies a message of a consumer by the provider, the consumer's address and the provider's id, which may contain
    /// the address.
    pub fn inbound(&self, account: &AccountId, [provider, address, id]: [&str; 3]) -> [u8; 16] {
        let parts = [account.as_str(), provider, address, id];
        self.tag("inbound", &parts.map(str::as_bytes))
    }

    /// The first `N` (at most 32) bytes of the HMAC of `parts`. Each part is preceded by its length, so that no
    /// two lists of parts are authenticated as the same bytes. `purpose` separates the uses of the key.
    pub(crate) fn tag<const N: usize>(&self, purpose: &str, parts: &[&[u8]]) -> [u8; N] {
        let mut context = hmac::Context::with_key(&self.0);
        for part in std::iter::once(purpose.as_bytes()).chain(parts.iter().copied()) {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        let tag = context.sign();
        let mut bytes = [0; N];
        for (byte, signed) in bytes.iter_mut().zip(tag.as_ref()) {
            *byte = *signed;
        }
        bytes
    }
}

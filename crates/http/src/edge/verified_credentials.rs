//! Remembers which credentials were valid from which address. Requests with a remembered credential are not charged
//! to the address's budget before the credential is verified again. The table has a fixed size; a credential that was
//! evicted is charged to the address once.

use std::hash::{BuildHasher, Hash, Hasher, RandomState};
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::{HeaderMap, header};

/// The number of slots; together they use half a megabyte.
const SLOTS: usize = 65_536;
/// Only the last bytes of a credential are hashed: the end of a signature or a random secret is unique.
const MAX_HASHED_BYTES: usize = 64;
/// The parameter that identifies the key of an OAuth 1.0 request. Everything else differs in each request.
const OAUTH1_KEY: &[u8] = b"oauth_consumer_key=";

/// A hash that identifies a credential without revealing it.
#[derive(Clone, Copy)]
pub(super) struct CredentialFingerprint(u64);

/// The credentials that were valid at their last use.
pub(super) struct VerifiedCredentials {
    /// Keyed at random, so that clients cannot construct collisions.
    hasher: RandomState,
    slots: Box<[AtomicU64]>,
}

impl VerifiedCredentials {
    pub(super) fn new() -> Self {
        let slots = std::iter::repeat_with(AtomicU64::default).take(SLOTS).collect();
        Self { hasher: RandomState::new(), slots }
    }

    /// Returns the fingerprint of the request's `Authorization` header, or else of its cookies.
    pub(super) fn fingerprint(&self, network: IpAddr, headers: &HeaderMap) -> Option<CredentialFingerprint> {
        let credential = match headers.get(header::AUTHORIZATION) {
            Some(value) => distinguishing_part(value.as_bytes()),
            None => headers.get(header::COOKIE)?.as_bytes(),
        };
        let mut hasher = self.hasher.build_hasher();
        network.hash(&mut hasher);
        hasher.write(credential);
        // 0 marks an empty slot.
        Some(CredentialFingerprint(hasher.finish().max(1)))
    }

    pub(super) fn contains(&self, credential: CredentialFingerprint) -> bool {
        self.slot(credential).is_some_and(|slot| slot.load(Ordering::Relaxed) == credential.0)
    }

    /// Remembers a credential as valid. It may replace another one.
    pub(super) fn insert(&self, credential: CredentialFingerprint) {
        if let Some(slot) = self.slot(credential) {
            slot.store(credential.0, Ordering::Relaxed);
        }
    }

    /// Forgets a credential that is no longer valid.
    pub(super) fn remove(&self, credential: CredentialFingerprint) {
        if let Some(slot) = self.slot(credential) {
            let _ = slot.compare_exchange(credential.0, 0, Ordering::Relaxed, Ordering::Relaxed);
        }
    }

    fn slot(&self, CredentialFingerprint(hash): CredentialFingerprint) -> Option<&AtomicU64> {
        let slots = u64::try_from(self.slots.len()).unwrap_or(u64::MAX);
        usize::try_from(hash % slots).ok().and_then(|index| self.slots.get(index))
    }
}

/// Returns the part of an `Authorization` header that is the same in all requests with the same credential.
fn distinguishing_part(value: &[u8]) -> &[u8] {
    let is_oauth1 = value.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"oauth "));
    if is_oauth1 && let Some(at) = value.windows(OAUTH1_KEY.len()).position(|name| name == OAUTH1_KEY) {
        let key = &value[at..];
        return key.split(|byte| *byte == b',').next().unwrap_or(key);
    }
    &value[value.len().saturating_sub(MAX_HASHED_BYTES)..]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fingerprint(verified: &VerifiedCredentials, address: &str, name: &'static str, value: &str) -> u64 {
        let headers = HeaderMap::from_iter([(name.parse().unwrap(), value.parse().unwrap())]);
        verified.fingerprint(address.parse().unwrap(), &headers).unwrap().0
    }

    #[test]
    fn fingerprints_distinguish_credentials_and_addresses() {
        let verified = VerifiedCredentials::new();
        let of = |address, name, value| fingerprint(&verified, address, name, value);
        let (one, key) = ("10.0.0.1", r#"OAuth oauth_consumer_key="a",oauth_nonce="1""#);
        for (name, value, other_address, other, same) in [
            ("authorization", "Bearer a.b.c", one, "Bearer a.b.c", true),
            ("authorization", "Bearer a.b.c", one, "Bearer a.b.d", false),
            ("authorization", "Bearer a.b.c", "10.0.0.2", "Bearer a.b.c", false),
            ("authorization", key, one, r#"OAuth oauth_consumer_key="a",oauth_nonce="2""#, true),
            ("authorization", key, one, r#"OAuth oauth_consumer_key="b",oauth_nonce="1""#, false),
            ("cookie", "outbound=A.1", one, "outbound=A.2", false),
        ] {
            assert_eq!(of(one, name, value) == of(other_address, name, other), same, "{value} and {other}");
        }
        assert!(verified.fingerprint([10, 0, 0, 1].into(), &HeaderMap::new()).is_none());
    }

    #[test]
    fn a_removed_credential_is_no_longer_verified() {
        let (verified, credential) = (VerifiedCredentials::new(), CredentialFingerprint(7));
        assert!(!verified.contains(credential));
        verified.insert(credential);
        assert!(verified.contains(credential));
        verified.remove(credential);
        assert!(!verified.contains(credential));
    }
}

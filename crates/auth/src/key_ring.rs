//! The set of signing keys, and their rotation without interruption.
//!
//! A key is published a day before it signs, signs for thirty days, and verifies until the last
//! token it signed has expired.

use std::collections::HashMap;
use std::fmt;

use aws_lc_rs::signature::RsaKeyPair;
use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::Jwk;
use outbound_model::Timestamp;

use crate::appjwt::{LEEWAY_SECONDS, TOKEN_LIFETIME_SECONDS};
use crate::{AuthError, InstallationKey, SigningKeyParts};

const DAY: i64 = 24 * 3600;
const SIGNS_FOR_SECONDS: i64 = 30 * DAY;
/// Longer than clients may cache the key set.
const PUBLISHED_AHEAD_SECONDS: i64 = DAY;

/// When the next signing key starts to sign, if it must be created now. The first key starts immediately.
pub fn next_signing_key(newest_signs_from: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
    let Some(newest) = newest_signs_from else { return Some(now) };
    let due = newest.plus_seconds(SIGNS_FOR_SECONDS);
    let ahead = now.plus_seconds(PUBLISHED_AHEAD_SECONDS);
    (ahead >= due).then_some(due.max(ahead))
}

/// The usable signing keys of an installation.
pub struct KeyRing {
    /// Ordered by `signs_from`.
    signing: Vec<SigningEntry>,
    verifying: HashMap<String, VerifyingEntry>,
}

pub(crate) struct SigningEntry {
    pub(crate) kid: String,
    pub(crate) pair: RsaKeyPair,
    signs_from: Timestamp,
}

struct VerifyingEntry {
    key: DecodingKey,
    jwk: serde_json::Value,
    /// When the last token signed with it has expired; `None` for the newest key.
    retires: Option<Timestamp>,
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.signing.iter().map(|key| &key.kid)).finish()
    }
}

impl KeyRing {
    /// Decrypts and parses the stored keys.
    pub fn open(mut parts: Vec<SigningKeyParts>, installation: &InstallationKey) -> Result<Self, AuthError> {
        parts.sort_by_key(|key| key.signs_from);
        let mut ring = Self { signing: Vec::new(), verifying: HashMap::new() };
        for (i, key) in parts.iter().enumerate() {
            let unusable = || AuthError::SigningKey(key.kid.clone());
            let private = installation.open(&key.kid, &key.sealed_private_key)?;
            let pair = RsaKeyPair::from_pkcs8(&private).map_err(|_| unusable())?;
            let jwk: Jwk = serde_json::from_str(&key.public_jwk).map_err(|_| unusable())?;
            let entry = VerifyingEntry {
                key: DecodingKey::from_jwk(&jwk).map_err(|_| unusable())?,
                jwk: serde_json::from_str(&key.public_jwk).map_err(|_| unusable())?,
                retires: parts
                    .get(i + 1)
                    .map(|next| next.signs_from.plus_seconds(TOKEN_LIFETIME_SECONDS + LEEWAY_SECONDS)),
            };
            ring.verifying.insert(key.kid.clone(), entry);
            ring.signing.push(SigningEntry { kid: key.kid.clone(), pair, signs_from: key.signs_from });
        }
        Ok(ring)
    }

    /// The key that signs at `now`. If the wall clock was set back to before the oldest key, the oldest one.
    pub(crate) fn signing_at(&self, now: Timestamp) -> Option<&SigningEntry> {
        self.signing.iter().rev().find(|key| key.signs_from <= now).or(self.signing.first())
    }

    /// The key with this `kid`, if its tokens can still be valid at `now`.
    pub(crate) fn verifying_at(&self, kid: &str, now: Timestamp) -> Option<&DecodingKey> {
        self.verifying.get(kid).filter(|key| key.live_at(now)).map(|key| &key.key)
    }

    /// Whether the ring has a key with this `kid`, even a retired one.
    pub fn knows(&self, kid: &str) -> bool {
        self.verifying.contains_key(kid)
    }

    /// The public keys that verify tokens at `now`, including the next signing key, as a JWK set (RFC 7517 §5).
    pub fn jwks(&self, now: Timestamp) -> serde_json::Value {
        let entries = self.signing.iter().filter_map(|key| self.verifying.get(&key.kid));
        let keys: Vec<_> = entries.filter(|key| key.live_at(now)).map(|key| key.jwk.clone()).collect();
        serde_json::json!({ "keys": keys })
    }
}

impl VerifyingEntry {
    fn live_at(&self, now: Timestamp) -> bool {
        self.retires.is_none_or(|retires| now < retires)
    }
}

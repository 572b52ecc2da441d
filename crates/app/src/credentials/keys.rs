//! The installation's signing keys: cached in memory, rotated on schedule, and read again if a token names an
//! unknown key.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use outbound_auth::{KeyRing, NewSigningKey, SigningKeyParts, new_signing_key, next_signing_key};
use outbound_model::{Monotonic, Timestamp};
use outbound_store::{SigningKey, StoreError};

use crate::compute::off_thread;
use crate::{App, AppError};

/// Minimum time between reads because of unknown keys. Anybody can send tokens with random key ids.
const MIN_REREAD_INTERVAL: Duration = Duration::from_secs(1);

/// The cached key ring and when it was read.
#[derive(Default)]
pub(crate) struct KeyRingCache(Mutex<Option<(Arc<KeyRing>, Monotonic)>>);

impl KeyRingCache {
    fn get(&self) -> Option<(Arc<KeyRing>, Monotonic)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, ring: Arc<KeyRing>, read_at: Monotonic) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((ring, read_at));
    }
}

impl App {
    /// The public keys as a JWK set (RFC 7517), for `/sentinel/well-known/jwks`.
    pub async fn jwks(&self) -> Result<serde_json::Value, AppError> {
        Ok(self.key_ring().await?.jwks(self.clock.now()))
    }

    /// Creates the next signing key if it is due, and reads all keys. Every node calls this at the start and then
    /// every minute. If two nodes create the same key at once, one of them is stored.
    pub async fn maintain_signing_keys(&self) -> Result<(), AppError> {
        let keys = self.store.signing_keys().await?;
        let newest = keys.last();
        if let Some(signs_from) = next_signing_key(newest.map(|key| key.signs_from), self.clock.now()) {
            let sequence = newest.map_or(1, |key| key.sequence + 1);
            let key = self.new_key(sequence, signs_from).await?;
            match self.store.add_signing_key(&key).await {
                Ok(()) => {
                    tracing::info!(kid = key.kid, signs_from = %key.signs_from, "created a signing key");
                }
                Err(StoreError::Conflict) => tracing::debug!("another node created the signing key"),
                Err(error) => return Err(error.into()),
            }
        }
        self.read_key_ring().await.map(|_| ())
    }

    pub(crate) async fn key_ring(&self) -> Result<Arc<KeyRing>, AppError> {
        match self.keys.get() {
            Some((ring, _)) => Ok(ring),
            None => self.read_key_ring().await,
        }
    }

    pub(crate) async fn reread_key_ring(&self) -> Result<Arc<KeyRing>, AppError> {
        match self.keys.get() {
            Some((ring, read_at)) if self.clock.monotonic().since(read_at) < MIN_REREAD_INTERVAL => Ok(ring),
            _ => self.read_key_ring().await,
        }
    }

    async fn read_key_ring(&self) -> Result<Arc<KeyRing>, AppError> {
        let began = self.clock.monotonic();
        let parts = self.store.signing_keys().await?.into_iter().map(|key| SigningKeyParts {
            kid: key.kid,
            sealed_private_key: key.sealed_private_key,
            public_jwk: key.public_jwk,
            signs_from: key.signs_from,
        });
        let ring = Arc::new(KeyRing::open(parts.collect(), &self.installation)?);
        self.keys.set(ring.clone(), began);
        Ok(ring)
    }

    /// Creates a key on a blocking thread, because this takes some hundred milliseconds.
    async fn new_key(&self, sequence: i64, signs_from: Timestamp) -> Result<SigningKey, AppError> {
        let (installation, generator) = (self.installation.clone(), self.generator.clone());
        let key = off_thread(move || {
            new_signing_key(NewSigningKey { installation: &installation, generator: &*generator, signs_from })
        });
        let parts = key.await??;
        Ok(SigningKey {
            sequence,
            kid: parts.kid,
            sealed_private_key: parts.sealed_private_key,
            public_jwk: parts.public_jwk,
            created_at: self.clock.now(),
            signs_from,
        })
    }
}

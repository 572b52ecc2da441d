//! The installation's signing keys: read once, made when it is time, looked up again when a token
//! names one that is not known.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use outbound_auth::{KeyRing, NewSigningKey, SigningKeyParts, new_signing_key, next_signing_key};
use outbound_model::{Monotonic, Timestamp};
use outbound_store::{SigningKey, StoreError};

use crate::compute::off_thread;
use crate::{App, AppError};

/// Strangers can name any `kid`, so an unknown one costs a look into the database at most this often.
const REREAD_INTERVAL: Duration = Duration::from_secs(1);

/// The ring in memory and when it was read.
#[derive(Default)]
pub(crate) struct Keys(Mutex<Option<(Arc<KeyRing>, Monotonic)>>);

impl Keys {
    fn get(&self) -> Option<(Arc<KeyRing>, Monotonic)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, ring: Arc<KeyRing>, read_at: Monotonic) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((ring, read_at));
    }
}

impl App {
    /// The public keys, as `/sentinel/well-known/jwks` shows them (RFC 7517).
    pub async fn jwks(&self) -> Result<serde_json::Value, AppError> {
        Ok(self.key_ring().await?.jwks(self.clock.now()))
    }

    /// Makes the next signing key if it is time, and reads the keys anew. To be called at start and
    /// then every minute on each node; of two nodes that make the same key at once, one wins.
    pub async fn maintain_signing_keys(&self) -> Result<(), AppError> {
        let keys = self.store.signing_keys().await?;
        let newest = keys.last();
        if let Some(signs_from) = next_signing_key(newest.map(|key| key.signs_from), self.clock.now()) {
            let sequence = newest.map_or(1, |key| key.sequence + 1);
            let key = self.new_key(sequence, signs_from).await?;
            match self.store.add_signing_key(&key).await {
                Ok(()) => tracing::info!(kid = key.kid, signs_from = %key.signs_from, "made a signing key"),
                Err(StoreError::Conflict) => tracing::debug!("another node made the signing key"),
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
            Some((ring, read_at)) if self.clock.monotonic().since(read_at) < REREAD_INTERVAL => Ok(ring),
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

    /// Off the runtime's threads: making an RSA key takes some hundred milliseconds.
    async fn new_key(&self, sequence: i64, signs_from: Timestamp) -> Result<SigningKey, AppError> {
        let (installation, generator) = (self.installation.clone(), self.generator.clone());
        let made = off_thread(move || {
            new_signing_key(NewSigningKey { installation: &installation, generator: &*generator, signs_from })
        });
        let parts = made.await??;
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

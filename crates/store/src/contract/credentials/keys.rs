//! Signing keys of the installation.

use crate::contract::{Outcome, sample};
use crate::{SigningKey, Store, StoreError};

fn key(sequence: i64, kid: &str) -> SigningKey {
    SigningKey {
        sequence,
        kid: kid.to_owned(),
        sealed_private_key: vec![0, 255, 7],
        public_jwk: r#"{"kty":"RSA"}"#.to_owned(),
        created_at: sample::time(sequence),
        signs_from: sample::time(sequence + 60),
    }
}

/// By sequence, with every field.
pub async fn signing_keys_come_back_in_order(store: &dyn Store) -> Outcome {
    assert_eq!(store.signing_keys().await?, []);
    store.add_signing_key(&key(2, "a")).await?;
    store.add_signing_key(&key(1, "b")).await?;
    assert_eq!(store.signing_keys().await?, [key(1, "b"), key(2, "a")]);
    Ok(())
}

/// So that of two nodes that make the next key at once, one loses.
pub async fn a_sequence_or_kid_is_taken_once(store: &dyn Store) -> Outcome {
    store.add_signing_key(&key(1, "a")).await?;
    for loser in [key(1, "b"), key(2, "a")] {
        assert!(matches!(store.add_signing_key(&loser).await, Err(StoreError::Conflict)));
    }
    assert_eq!(store.signing_keys().await?, [key(1, "a")]);
    Ok(())
}

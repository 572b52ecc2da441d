//! Signing keys of the installation.

use crate::contract::{Outcome, sample};
use crate::{SigningKey, Store, StoreError};

behaviours! {
    signing_keys_are_ordered_by_sequence,
    sequence_and_kid_are_unique,
}

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

/// All fields are returned.
async fn signing_keys_are_ordered_by_sequence(store: &dyn Store) -> Outcome {
    assert_eq!(store.signing_keys().await?, []);
    store.add_signing_key(&key(2, "a")).await?;
    store.add_signing_key(&key(1, "b")).await?;
    assert_eq!(store.signing_keys().await?, [key(1, "b"), key(2, "a")]);
    Ok(())
}

/// If two nodes create the next key at the same time, one of them fails.
async fn sequence_and_kid_are_unique(store: &dyn Store) -> Outcome {
    store.add_signing_key(&key(1, "a")).await?;
    for duplicate in [key(1, "b"), key(2, "a")] {
        assert!(matches!(store.add_signing_key(&duplicate).await, Err(StoreError::Conflict)));
    }
    assert_eq!(store.signing_keys().await?, [key(1, "a")]);
    Ok(())
}

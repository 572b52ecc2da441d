//! Nonces of requests that are signed with an API key.

use futures::future::join_all;
use outbound_model::AccountId;

use super::{Outcome, sample};
use crate::{Nonce, Store};

behaviours! {
    a_nonce_can_be_spent_once,
    of_concurrent_requests_one_spends_a_nonce,
    expired_nonces_are_pruned_in_batches,
}

/// A nonce belongs to one key and can be used again after it expires. The revision does not change, so caches
/// stay valid.
async fn a_nonce_can_be_spent_once(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    sample::add_api_keys(store, &account, &[sample::api_key("k", 1)?, sample::api_key("l", 1)?]).await?;
    let before = store.revision(&account).await?;
    for (key, value, now, expected) in [
        ("k", "n", 0, true),
        ("k", "n", 0, false),
        ("k", "n", 59, false),
        ("k", "N", 59, true),
        ("l", "n", 59, true),
        ("k", "n", 60, true),
        ("k", "n", 119, false),
    ] {
        let spent = spend(store, &account, key, value, now).await?;
        assert_eq!(spent, expected, "{key} {value} at {now}");
    }
    assert_eq!(store.revision(&account).await?, before);
    Ok(())
}

/// All others are rejected.
async fn of_concurrent_requests_one_spends_a_nonce(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    sample::add_api_keys(store, &account, &[sample::api_key("k", 1)?]).await?;
    let tries = join_all((0..12).map(|_| spend(store, &account, "k", "n", 0))).await;
    let spent = tries.into_iter().collect::<Result<Vec<_>, _>>()?;
    assert_eq!(spent.into_iter().filter(|spent| *spent).count(), 1);
    Ok(())
}

/// Only expired nonces, and at most the requested number.
async fn expired_nonces_are_pruned_in_batches(store: &dyn Store) -> Outcome {
    let (ours, theirs) = (sample::account(store, "A").await?, sample::account(store, "B").await?);
    sample::add_api_keys(store, &ours, &[sample::api_key("k", 1)?]).await?;
    sample::add_api_keys(store, &theirs, &[sample::api_key("l", 1)?]).await?;
    for (account, key, value, now) in
        [(&ours, "k", "a", 0), (&ours, "k", "b", 1), (&theirs, "l", "a", 2), (&ours, "k", "c", 3)]
    {
        assert!(spend(store, account, key, value, now).await?);
    }
    let mut forgotten = Vec::new();
    for _ in 0..3 {
        forgotten.push(store.prune_nonces(sample::time(62), 2).await?);
    }
    assert_eq!(forgotten, [2, 1, 0]);
    assert!(!spend(store, &ours, "k", "c", 62).await?);
    Ok(())
}

/// Spends a nonce at second `now` that expires after a minute.
async fn spend(
    store: &dyn Store,
    account: &AccountId,
    app_key: &str,
    value: &str,
    now: i64,
) -> Result<bool, Box<dyn std::error::Error>> {
    let app_key = app_key.parse()?;
    let nonce = Nonce { app_key: &app_key, value, expires_at: sample::time(now + 60) };
    Ok(store.spend_nonce(account, nonce, sample::time(now)).await?)
}

//! OAuth 1.0 API keys.

use crate::contract::{Outcome, sample};
use crate::{ApiKey, CredentialType, Store, StoreError};

behaviours! {
    an_api_key_is_stored_with_all_fields,
    api_keys_are_ordered_by_creation_and_counted,
    an_app_key_is_unique_in_the_installation,
    revoking_an_api_key_twice_keeps_the_first_time,
    an_account_cannot_access_api_keys_of_another,
}

/// It is found by its app key and in the list of its account.
async fn an_api_key_is_stored_with_all_fields(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    assert!(!store.holds_secrets().await?);
    let key = ApiKey { revoked_at: Some(sample::time(5)), ..sample::api_key("k-1", 1)? };
    sample::add_api_keys(store, &account, std::slice::from_ref(&key)).await?;
    assert_eq!(store.api_key(&key.app_key).await?, Some((account.clone(), key.clone())));
    assert_eq!(store.api_key(&"k-2".parse()?).await?, None);
    assert_eq!(store.read_credentials(&account).api_keys().await?, [key]);
    assert!(store.holds_secrets().await?);
    Ok(())
}

/// The order is creation time, then app key.
async fn api_keys_are_ordered_by_creation_and_counted(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let keys = [sample::api_key("z", 1)?, sample::api_key("B", 2)?, sample::api_key("a", 2)?];
    let mut mixed = keys.clone();
    mixed.reverse();
    sample::add_api_keys(store, &account, &mixed).await?;
    assert_eq!(store.read_credentials(&account).api_keys().await?, keys);
    assert_eq!(store.write_credentials(&account).await?.count(CredentialType::ApiKeys).await?, 3);
    Ok(())
}

/// In all accounts, because a signed request does not name its account.
async fn an_app_key_is_unique_in_the_installation(store: &dyn Store) -> Outcome {
    let (ours, theirs) = (sample::account(store, "A").await?, sample::account(store, "B").await?);
    let first = sample::api_key("k", 1)?;
    sample::add_api_keys(store, &theirs, std::slice::from_ref(&first)).await?;
    for account in [&ours, &theirs] {
        let again = sample::add_api_keys(store, account, &[sample::api_key("k", 2)?]).await;
        assert!(matches!(again, Err(StoreError::Conflict)));
    }
    assert_eq!(store.api_key(&first.app_key).await?, Some((theirs, first)));
    Ok(())
}

/// Both calls report that the key exists.
async fn revoking_an_api_key_twice_keeps_the_first_time(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let key = sample::api_key("k", 1)?;
    sample::add_api_keys(store, &account, &[key.clone(), sample::api_key("other", 1)?]).await?;
    let mut transaction = store.write_credentials(&account).await?;
    assert!(transaction.revoke_api_key(&key.app_key, sample::time(7)).await?);
    assert!(transaction.revoke_api_key(&key.app_key, sample::time(8)).await?);
    assert!(!transaction.revoke_api_key(&"unknown".parse()?, sample::time(8)).await?);
    transaction.commit().await?;
    let revoked: Vec<_> =
        store.read_credentials(&account).api_keys().await?.into_iter().map(|k| k.revoked_at).collect();
    assert_eq!(revoked, [Some(sample::time(7)), None]);
    Ok(())
}

/// Checks every method, and that the revision of the other account does not change.
async fn an_account_cannot_access_api_keys_of_another(store: &dyn Store) -> Outcome {
    let (ours, theirs) = (sample::account(store, "A").await?, sample::account(store, "B").await?);
    let key = sample::api_key("k", 1)?;
    sample::add_api_keys(store, &theirs, std::slice::from_ref(&key)).await?;
    let before = store.revision(&theirs).await?;
    assert_eq!(store.read_credentials(&ours).api_keys().await?, []);
    let mut transaction = store.write_credentials(&ours).await?;
    assert_eq!(transaction.count(CredentialType::ApiKeys).await?, 0);
    assert!(!transaction.revoke_api_key(&key.app_key, sample::time(2)).await?);
    transaction.commit().await?;
    assert_eq!(store.read_credentials(&theirs).api_keys().await?, [key]);
    assert_eq!(store.revision(&theirs).await?, before);
    Ok(())
}

//! OAuth 2.0 clients.

use crate::contract::{Outcome, sample};
use crate::{Client, Store, StoreError};

behaviours! {
    a_client_is_stored_with_all_fields,
    clients_are_ordered_by_creation,
    a_client_id_is_unique,
    revoking_a_client_twice_keeps_the_first_time,
}

/// Also if it is revoked.
async fn a_client_is_stored_with_all_fields(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let client = Client { revoked_at: Some(sample::time(5)), ..sample::client("c-1", 1)? };
    sample::add_clients(store, &account, std::slice::from_ref(&client)).await?;
    assert_eq!(store.read_credentials(&account).client(&client.id).await?, Some(client));
    assert_eq!(store.read_credentials(&account).client(&"c-2".parse()?).await?, None);
    Ok(())
}

/// The order is creation time, then id.
async fn clients_are_ordered_by_creation(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let clients = [sample::client("z", 1)?, sample::client("B", 2)?, sample::client("a", 2)?];
    let mut mixed = clients.clone();
    mixed.reverse();
    sample::add_clients(store, &account, &mixed).await?;
    assert_eq!(store.read_credentials(&account).clients().await?, clients);
    Ok(())
}

/// The existing client does not change.
async fn a_client_id_is_unique(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let first = sample::client("c", 1)?;
    sample::add_clients(store, &account, std::slice::from_ref(&first)).await?;
    let again = sample::add_clients(store, &account, &[sample::client("c", 2)?]).await;
    assert!(matches!(again, Err(StoreError::Conflict)));
    assert_eq!(store.read_credentials(&account).clients().await?, [first]);
    Ok(())
}

/// Both calls report that the client exists.
async fn revoking_a_client_twice_keeps_the_first_time(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let client = sample::client("c", 1)?;
    sample::add_clients(store, &account, &[client.clone(), sample::client("other", 1)?]).await?;
    let mut transaction = store.write_credentials(&account).await?;
    assert!(transaction.revoke_client(&client.id, sample::time(7)).await?);
    assert!(transaction.revoke_client(&client.id, sample::time(8)).await?);
    assert!(!transaction.revoke_client(&"unknown".parse()?, sample::time(8)).await?);
    transaction.commit().await?;
    let revoked: Vec<_> =
        store.read_credentials(&account).clients().await?.into_iter().map(|c| c.revoked_at).collect();
    assert_eq!(revoked, [Some(sample::time(7)), None]);
    Ok(())
}

//! Behaviour of accounts.

use outbound_model::AccountId;

use super::{Outcome, sample};
use crate::{Account, Page, Store, StoreError};

behaviours! {
    creating_an_existing_account_fails,
    accounts_are_ordered_by_id,
    a_new_account_is_empty,
    an_unknown_account_reads_as_empty_and_cannot_be_written,
}

/// The existing account does not change.
async fn creating_an_existing_account_fails(store: &dyn Store) -> Outcome {
    let id = sample::account(store, "12345678").await?;
    let again = store.create_account(&Account { id: id.clone(), created_at: sample::time(9) }).await;
    assert!(matches!(again, Err(StoreError::AccountExists(taken)) if taken == id));
    assert_eq!(store.accounts().await?, [Account { id, created_at: sample::time(0) }]);
    store.check_writable(sample::time(1)).await?;
    Ok(())
}

/// The order is bytewise and does not depend on the locale of the database.
async fn accounts_are_ordered_by_id(store: &dyn Store) -> Outcome {
    for id in ["b", "a_1", "B", "a-1", "10", "9"] {
        sample::account(store, id).await?;
    }
    let ids: Vec<_> = store.accounts().await?.into_iter().map(|account| account.id.to_string()).collect();
    assert_eq!(ids, ["10", "9", "B", "a-1", "a_1", "b"]);
    Ok(())
}

/// Reads succeed and return nothing.
async fn a_new_account_is_empty(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let reader = store.read_catalogue(&account);
    assert!(store.revision(&account).await?.is_some());
    assert_eq!(sample::page(&*reader, None, 30, 0).await?, (vec![], 0));
    assert_eq!(reader.published_after(None, 30).await?, []);
    assert_eq!(store.read_credentials(&account).clients().await?, []);
    Ok(())
}

/// Readers do not check whether the account exists. Writers do.
async fn an_unknown_account_reads_as_empty_and_cannot_be_written(store: &dyn Store) -> Outcome {
    let unknown: AccountId = "unknown".parse()?;
    let reader = store.read_catalogue(&unknown);
    assert_eq!(store.revision(&unknown).await?, None);
    let page = reader.published(None, Page::new(30, 0)?).await?;
    assert_eq!((page.total, page.entries.len()), (0, 0));
    for rejected in [
        store.write_catalogue(&unknown).await.map(drop),
        store.write_credentials(&unknown).await.map(drop),
        store.write_webhooks(&unknown).await.map(drop),
        store.add_audit(&unknown, &sample::entry(1)).await,
    ] {
        assert!(matches!(rejected, Err(StoreError::UnknownAccount(id)) if id == unknown));
    }
    Ok(())
}

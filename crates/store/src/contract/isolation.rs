//! Data of one account is not accessible from another one that uses its ids.

use outbound_model::ChannelType;

use super::{Outcome, sample};
use crate::{Page, Store, StoreError};

behaviours! {
    readers_see_only_their_account,
    writers_change_only_their_account,
    accounts_may_use_the_same_ids_and_names,
}

/// Checks every method of readers.
async fn readers_see_only_their_account(store: &dyn Store) -> Outcome {
    let (ours, theirs) = (sample::account(store, "A").await?, sample::account(store, "B").await?);
    let client = sample::client("c", 1)?;
    sample::publish(store, &theirs, &[sample::handoff(1, "a", &["wa"])?]).await?;
    sample::add_clients(store, &theirs, std::slice::from_ref(&client)).await?;
    let reader = store.read_catalogue(&ours);
    assert_ne!(store.revision(&ours).await?, store.revision(&theirs).await?);
    for filter in [None, Some(ChannelType::WhatsApp)] {
        let page = reader.published(filter, Page::new(30, 0)?).await?;
        assert_eq!((page.total, page.entries.len()), (0, 0));
    }
    assert_eq!(reader.published_after(None, 30).await?, []);
    let reader = store.read_credentials(&ours);
    assert_eq!(reader.client(&client.id).await?, None);
    assert_eq!(reader.clients().await?, []);
    Ok(())
}

/// Checks every method of transactions, and that the other account and its revision do not change.
async fn writers_change_only_their_account(store: &dyn Store) -> Outcome {
    let (ours, theirs) = (sample::account(store, "A").await?, sample::account(store, "B").await?);
    let (handoff, client) = (sample::handoff(1, "a", &["wa"])?, sample::client("c", 1)?);
    sample::publish(store, &theirs, std::slice::from_ref(&handoff)).await?;
    sample::add_clients(store, &theirs, std::slice::from_ref(&client)).await?;
    let reader = store.read_credentials(&theirs);
    let before = (store.revision(&theirs).await?, reader.clients().await?);

    let rejected = store.write_catalogue(&ours).await?.publish(&handoff.id, sample::attribution(200)).await;
    assert!(matches!(rejected, Err(StoreError::UnknownHandoff(_))));
    let rejected = store.write_catalogue(&ours).await?.archive(&handoff.id, sample::attribution(1)).await;
    assert!(matches!(rejected, Err(StoreError::UnknownHandoff(_))));
    let mut transaction = store.write_catalogue(&ours).await?;
    assert_eq!(transaction.handoff(&handoff.id).await?, None);
    transaction.unpublish(&handoff.id, sample::attribution(200)).await?;
    transaction.commit().await?;
    let mut transaction = store.write_credentials(&ours).await?;
    assert!(!transaction.revoke_client(&client.id, sample::time(1)).await?);
    transaction.commit().await?;

    assert_eq!((store.revision(&theirs).await?, reader.clients().await?), before);
    assert_eq!(sample::names(store, &theirs).await?, ["a"]);
    Ok(())
}

/// Changes in one account do not affect the other.
async fn accounts_may_use_the_same_ids_and_names(store: &dyn Store) -> Outcome {
    let (ours, theirs) = (sample::account(store, "A").await?, sample::account(store, "B").await?);
    for account in [&ours, &theirs] {
        sample::publish(store, account, &[sample::handoff(1, "a", &["wa"])?]).await?;
        sample::add_clients(store, account, &[sample::client("c", 1)?]).await?;
    }
    sample::publish(store, &ours, &[sample::handoff(1, "ours", &["inapp"])?]).await?;
    sample::archive(store, &theirs, &sample::id(1)).await?;
    assert_eq!(sample::names(store, &ours).await?, ["ours"]);
    assert_eq!(sample::names(store, &theirs).await?, [""; 0]);
    let stored = sample::stored(store, &theirs, &sample::id(1)).await?.ok_or("not stored")?;
    assert_eq!((stored.latest_version.number, stored.latest.name.as_str()), (1, "a"));
    Ok(())
}

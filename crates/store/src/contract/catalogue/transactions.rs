//! Atomicity, concurrent writers of an account, revisions and commit notifications.

use futures::future::join_all;
use outbound_model::AccountId;

use crate::contract::{Outcome, sample};
use crate::{CommitNotification, Store, StoreError};

behaviours! {
    a_dropped_transaction_changes_nothing,
    uncommitted_writes_are_visible_only_in_their_transaction,
    every_commit_increments_the_revision,
    a_failed_transaction_cannot_be_committed,
    listeners_are_notified_of_commits,
    concurrent_writers_of_one_account_lose_no_update,
    of_two_concurrent_writers_of_a_name_one_succeeds,
}

/// It leaves no handoff, total, client or revision.
async fn a_dropped_transaction_changes_nothing(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let before = store.revision(&account).await?;
    let handoff = sample::handoff(1, "a", &["wa"])?;
    let mut transaction = store.write_catalogue(&account).await?;
    transaction.save(sample::version(&handoff)).await?;
    transaction.publish(&handoff.id, sample::attribution(200)).await?;
    drop(transaction);
    let mut transaction = store.write_credentials(&account).await?;
    transaction.add_client(&sample::client("c", 1)?).await?;
    drop(transaction);
    assert_eq!(sample::stored(store, &account, &handoff.id).await?, None);
    assert_eq!(sample::names(store, &account).await?, [""; 0]);
    assert_eq!(store.read_credentials(&account).clients().await?, []);
    assert_eq!(store.revision(&account).await?, before);
    assert_eq!(sample::save(store, &account, &handoff).await?, 1);
    Ok(())
}

/// After the commit, all readers see them.
async fn uncommitted_writes_are_visible_only_in_their_transaction(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let handoff = sample::handoff(1, "a", &["wa"])?;
    let mut transaction = store.write_catalogue(&account).await?;
    transaction.save(sample::version(&handoff)).await?;
    transaction.publish(&handoff.id, sample::attribution(200)).await?;
    let seen = transaction.handoff(&handoff.id).await?.ok_or("not seen")?;
    assert_eq!((seen.latest, seen.published_version), (handoff, Some(1)));
    assert_eq!(sample::names(store, &account).await?, [""; 0]);
    transaction.commit().await?;
    assert_eq!(sample::names(store, &account).await?, ["a"]);
    Ok(())
}

/// The commit returns the revision that readers see afterwards.
async fn every_commit_increments_the_revision(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let before = store.revision(&account).await?.ok_or("no revision")?;
    let mut transaction = store.write_catalogue(&account).await?;
    transaction.save(sample::version(&sample::handoff(1, "a", &[])?)).await?;
    assert_eq!(transaction.commit().await?, before + 1);
    drop(store.write_catalogue(&account).await?);
    assert_eq!(store.write_credentials(&account).await?.commit().await?, before + 2);
    assert_eq!(store.revision(&account).await?, Some(before + 2));
    Ok(())
}

/// Changes before the failure are not committed, either.
async fn a_failed_transaction_cannot_be_committed(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    sample::publish(store, &account, &[sample::handoff(1, "a", &[])?]).await?;
    let mut transaction = store.write_catalogue(&account).await?;
    let (valid, duplicate) = (sample::handoff(2, "b", &[])?, sample::handoff(3, "a", &[])?);
    transaction.save(sample::version(&valid)).await?;
    transaction.publish(&valid.id, sample::attribution(200)).await?;
    assert!(matches!(transaction.save(sample::version(&duplicate)).await, Err(StoreError::NameTaken(_))));
    assert!(transaction.commit().await.is_err());
    assert_eq!(sample::names(store, &account).await?, ["a"]);
    Ok(())
}

/// Notifications arrive in the order of commits; none for dropped transactions. Skipped if the engine does
/// not support notifications.
async fn listeners_are_notified_of_commits(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let Some(mut changes) = store.listen_for_commits().await? else { return Ok(()) };
    drop(store.write_catalogue(&account).await?);
    let first = store.write_catalogue(&account).await?.commit().await?;
    let second = store.write_credentials(&account).await?.commit().await?;
    for revision in [first, second] {
        assert_eq!(changes.next().await?, CommitNotification { account: account.clone(), revision });
    }
    Ok(())
}

/// Each writer sees the changes of the previous one.
async fn concurrent_writers_of_one_account_lose_no_update(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let handoff = sample::handoff(1, "a", &["wa"])?;
    let results = join_all((0..12).map(|_| sample::save(store, &account, &handoff))).await;
    let mut numbers = results.into_iter().collect::<Result<Vec<_>, _>>()?;
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=12).collect::<Vec<_>>());
    let published = join_all((0..6).map(|_| publish(store, &account, 1))).await;
    assert!(published.iter().all(Result::is_ok));
    assert_eq!(sample::names(store, &account).await?, ["a"]);
    Ok(())
}

/// The other one fails, because the name is taken.
async fn of_two_concurrent_writers_of_a_name_one_succeeds(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let (one, two) = (sample::handoff(1, "Tea", &[])?, sample::handoff(2, "tea", &[])?);
    let saves = [sample::save(store, &account, &one), sample::save(store, &account, &two)];
    let results = join_all(saves).await;
    let won = results.iter().filter(|result| result.is_ok()).count();
    let lost = results.iter().filter(|result| matches!(result, Err(StoreError::NameTaken(_)))).count();
    assert_eq!((won, lost), (1, 1));
    Ok(())
}

async fn publish(store: &dyn Store, account: &AccountId, number: u64) -> Result<(), StoreError> {
    let mut transaction = store.write_catalogue(account).await?;
    transaction.publish(&sample::id(number), sample::attribution(200)).await?;
    transaction.commit().await.map(drop)
}

//! All or nothing, one writer of an account at a time, and a revision that says so.

use futures::future::join_all;
use outbound_model::AccountId;

use crate::contract::{Outcome, sample};
use crate::{Change, Store, StoreError};

/// No handoff, no total, no client, no revision.
pub async fn what_is_dropped_never_was(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let before = store.revision(&account).await?;
    let handoff = sample::handoff(1, "a", &["wa"])?;
    let mut transaction = store.write_catalogue(&account).await?;
    transaction.save(sample::version(&handoff)).await?;
    transaction.publish(&handoff.id, sample::act(200)).await?;
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

/// Until it is committed.
pub async fn a_transaction_sees_its_own_writes_and_nobody_else_does(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let handoff = sample::handoff(1, "a", &["wa"])?;
    let mut transaction = store.write_catalogue(&account).await?;
    transaction.save(sample::version(&handoff)).await?;
    transaction.publish(&handoff.id, sample::act(200)).await?;
    let seen = transaction.handoff(&handoff.id).await?.ok_or("not seen")?;
    assert_eq!((seen.latest, seen.published_version), (handoff, Some(1)));
    assert_eq!(sample::names(store, &account).await?, [""; 0]);
    transaction.commit().await?;
    assert_eq!(sample::names(store, &account).await?, ["a"]);
    Ok(())
}

/// The number that the commit answers is the one that readers see from then on.
pub async fn every_commit_moves_the_revision_by_one(store: &dyn Store) -> Outcome {
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

/// Not even the part before the failure.
pub async fn a_transaction_that_failed_cannot_be_committed(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    sample::publish(store, &account, &[sample::handoff(1, "a", &[])?]).await?;
    let mut transaction = store.write_catalogue(&account).await?;
    let (fine, taken) = (sample::handoff(2, "b", &[])?, sample::handoff(3, "a", &[])?);
    transaction.save(sample::version(&fine)).await?;
    transaction.publish(&fine.id, sample::act(200)).await?;
    assert!(matches!(transaction.save(sample::version(&taken)).await, Err(StoreError::NameTaken(_))));
    assert!(transaction.commit().await.is_err());
    assert_eq!(sample::names(store, &account).await?, ["a"]);
    Ok(())
}

/// In their order, and of nothing that was dropped; where the engine tells anybody at all.
pub async fn whoever_listens_hears_of_commits(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let Some(mut changes) = store.changes().await? else { return Ok(()) };
    drop(store.write_catalogue(&account).await?);
    let first = store.write_catalogue(&account).await?.commit().await?;
    let second = store.write_credentials(&account).await?.commit().await?;
    for revision in [first, second] {
        assert_eq!(changes.next().await?, Change { account: account.clone(), revision });
    }
    Ok(())
}

/// Each sees what the one before it did.
pub async fn writers_of_one_account_lose_nothing(store: &dyn Store) -> Outcome {
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

/// And the other is told that the name is taken.
pub async fn of_two_writers_of_one_name_one_wins(store: &dyn Store) -> Outcome {
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
    transaction.publish(&sample::id(number), sample::act(200)).await?;
    transaction.commit().await.map(drop)
}

//! Numbers of handoffs in each state.

use outbound_model::AccountId;

use crate::contract::{Outcome, sample};
use crate::{ClaimLevels, Criteria, StateCounts, Store};

behaviours! {
    counts_follow_every_change,
}

/// After every change of state, in one transaction or several.
async fn counts_follow_every_change(store: &dyn Store) -> Outcome {
    let (account, other) = (sample::account(store, "A").await?, sample::account(store, "B").await?);
    let handoff = |number: u64| sample::handoff(number, &format!("Number {number}"), &["wa"]);
    sample::publish(store, &account, &[handoff(1)?, handoff(2)?, handoff(3)?]).await?;
    assert_counts(store, &account, [0, 3, 0, 0]).await?;
    sample::save(store, &account, &handoff(4)?).await?;
    sample::save(store, &account, &handoff(1)?).await?;
    assert_counts(store, &account, [1, 2, 1, 0]).await?;
    let mut transaction = store.write_catalogue(&account).await?;
    transaction.unpublish(&sample::id(2), sample::attribution(300)).await?;
    transaction.archive(&sample::id(3), sample::attribution(300)).await?;
    transaction.publish(&sample::id(4), sample::attribution(300)).await?;
    transaction.save(sample::version(&handoff(5)?)).await?;
    transaction.archive(&sample::id(5), sample::attribution(300)).await?;
    assert!(transaction.handoff(&sample::id(5)).await?.is_some_and(|stored| stored.archived_at.is_some()));
    transaction.commit().await?;
    assert_counts(store, &account, [1, 1, 1, 2]).await?;
    sample::save(store, &account, &handoff(3)?).await?;
    assert_counts(store, &account, [2, 1, 1, 1]).await?;
    let mut dropped = store.write_catalogue(&account).await?;
    dropped.save(sample::version(&handoff(6)?)).await?;
    drop(dropped);
    assert_counts(store, &account, [2, 1, 1, 1]).await?;
    assert_counts(store, &other, [0, 0, 0, 0]).await
}

/// Compares the stored counts and those of a search with the expected numbers of draft, published, changed
/// and archived handoffs. The search is for the empty text, which all handoffs contain.
async fn assert_counts(store: &dyn Store, account: &AccountId, expected: [u64; 4]) -> Outcome {
    for text in [None, Some(String::new())] {
        let criteria = Criteria { text, ..Criteria::default() };
        let counts = store.read_catalogue(account).count(&criteria, &ClaimLevels::default()).await?;
        let StateCounts { draft, published, changed, archived } = counts;
        assert_eq!([draft, published, changed, archived], expected, "{criteria:?}");
    }
    Ok(())
}

//! Answers, and how long campaigns are kept.

use super::super::Outcome;
use super::{add, campaign, consumer, lane, recipient, sample};
use crate::{NewAnswer, Store};

behaviours! {
    an_answer_is_taken_once,
    old_campaigns_are_deleted,
}

fn answer(key: &str, sender: &str, second: i64) -> NewAnswer {
    NewAnswer {
        key: key.to_owned(),
        lane: lane(sender),
        at: sample::time(second),
        consumer: consumer(1),
        sealed: key.as_bytes().to_vec(),
    }
}

/// Once, oldest first, by its lane, which is due when the answer is added.
async fn an_answer_is_taken_once(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let id = lane("1");
    add(store, &account, &campaign(1, 5), &[recipient(1, &id, 90)], None).await?;
    let mut transaction = store.write_campaigns(&account).await?;
    for answer in [answer("b", "1", 11), answer("a", "1", 10), answer("a", "1", 9), answer("c", "2", 12)] {
        transaction.add_answer(&answer).await?;
    }
    transaction.commit().await?;
    let mut transaction = store.write_campaigns(&account).await?;
    assert_eq!(transaction.lane(&id).await?.ok_or("missing")?.due_at, Some(sample::time(10)));
    assert_eq!(transaction.next_due(&id).await?, Some(sample::time(10)));
    assert_eq!(transaction.take_answers(&id, 1).await?, [(sample::time(10), b"a".to_vec())]);
    assert_eq!(transaction.next_due(&id).await?, Some(sample::time(11)));
    assert_eq!(transaction.take_answers(&id, 9).await?, [(sample::time(11), b"b".to_vec())]);
    assert_eq!(transaction.next_due(&id).await?, Some(sample::time(90)));
    transaction.commit().await?;
    let mut transaction = store.write_campaigns(&account).await?;
    // A repeated callback.
    transaction.add_answer(&answer("a", "1", 20)).await?;
    assert_eq!(transaction.take_answers(&id, 9).await?, []);
    assert_eq!(transaction.take_answers(&lane("2"), 9).await?.len(), 1);
    drop(transaction);
    // The answer of the dropped transaction waits again, until its consumer is erased.
    assert!(store.erase_campaign_consumer(&account, &consumer(1)).await?);
    let mut transaction = store.write_campaigns(&account).await?;
    assert_eq!(transaction.take_answers(&lane("2"), 9).await?, []);
    Ok(())
}

/// In batches, with their recipients.
async fn old_campaigns_are_deleted(store: &dyn Store) -> Outcome {
    let (account, other) = (sample::account(store, "A").await?, sample::account(store, "B").await?);
    for number in 1..=3 {
        let new = campaign(number, number.into());
        add(store, &account, &new, &[recipient(number, &lane("1"), 9)], None).await?;
        add(store, &other, &new, &[recipient(number, &lane("1"), 9)], None).await?;
    }
    assert_eq!(store.delete_campaigns(&account, sample::time(3), 1).await?, 1);
    assert_eq!(store.delete_campaigns(&account, sample::time(3), 9).await?, 1);
    assert_eq!(store.delete_campaigns(&account, sample::time(3), 9).await?, 0);
    let left = store.read_campaigns(&account).campaigns(None, 9).await?;
    assert_eq!(left.iter().map(|one| one.ids.clone()).collect::<Vec<_>>(), [campaign(3, 3).ids]);
    let mut transaction = store.write_campaigns(&account).await?;
    assert_eq!(transaction.due_recipients(&lane("1"), sample::time(99), 9).await?.len(), 1);
    assert_eq!(store.read_campaigns(&other).campaigns(None, 9).await?.len(), 3);
    Ok(())
}

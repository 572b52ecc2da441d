//! Deliveries of webhooks.

use futures::future::join_all;
use outbound_model::{AccountId, ChangeKind, DeliveryState, DisabledReason, WebhookId};

use super::webhooks::{deliveries, save, webhook, with_pings};
use super::{Outcome, sample};
use crate::{AttemptOutcome, Delivery, DeliveryAttempt, PendingDeliveries, Store, StoreError, Webhook};

behaviours! {
    each_subscribed_change_is_queued_once,
    a_delivery_is_claimed_until_it_is_settled_or_the_claim_expires,
    concurrently_queued_deliveries_have_distinct_numbers,
    the_reason_for_an_unsent_delivery_is_recorded,
    concurrent_claims_return_each_delivery_once,
    deliveries_are_listed_resent_and_pruned,
    the_time_of_the_next_attempt_is_returned,
}

/// Deliveries are numbered in the order of their changes. Other kinds of changes are skipped.
async fn each_subscribed_change_is_queued_once(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let handoffs = [sample::handoff(1, "One", &[])?, sample::handoff(2, "Two", &[])?];
    sample::publish(store, &account, &handoffs).await?;
    let selective = webhook("picky", &[ChangeKind::Published, ChangeKind::Archived])?;
    save(store, &account, &[&selective]).await?;
    let mut transaction = store.write_webhooks(&account).await?;
    assert_eq!(transaction.last_change().await?, 4);
    assert_eq!(transaction.queue_ping(&selective.id, sample::time(10)).await?, 1);
    assert_eq!(transaction.queue_changes(&selective.id, 3, sample::time(11)).await?, 1);
    assert_eq!(transaction.queue_changes(&selective.id, 3, sample::time(12)).await?, 0);
    assert_eq!(transaction.queue_changes(&selective.id, 9, sample::time(13)).await?, 1);
    assert_eq!(transaction.pending(&selective.id).await?, PendingDeliveries { untried: 3, all: 3 });
    transaction.commit().await?;
    let deliveries = deliveries(store, &account, &selective.id).await?;
    let summaries: Vec<_> =
        deliveries.iter().map(|d| (d.number, d.change.as_ref().map(|c| c.sequence))).collect();
    assert_eq!(summaries, [(3, Some(4)), (2, Some(2)), (1, None)]);
    let changes = store.read_catalogue(&account).handoff_changes(1, 1).await?;
    let expected = Delivery {
        number: 2,
        change: changes.into_iter().next(),
        created_at: sample::time(11),
        delivered_at: None,
        attempts: 0,
        last_attempt: None,
        next_attempt_at: Some(sample::time(11)),
    };
    assert_eq!(store.read_webhooks(&account).delivery(&selective.id, 2).await?, Some(expected));
    let stored = store.read_webhooks(&account).webhook(&selective.id).await?.ok_or("it is gone")?;
    assert_eq!((stored.queued_through, stored.last_delivery), (9, 3));
    Ok(())
}

/// No other caller gets it before. A caller that settles it later changes nothing.
async fn a_delivery_is_claimed_until_it_is_settled_or_the_claim_expires(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let id = with_pings(store, &account, "w", 1).await?;
    assert_eq!(claim(store, &account, &id, 9).await?, []);
    let [lost] = claim(store, &account, &id, 10).await?.try_into().map_err(|_| "not one")?;
    assert_eq!((lost.attempts, lost.next_attempt_at), (1, Some(sample::time(40))));
    assert_eq!(claim(store, &account, &id, 39).await?, []);
    let [again] = claim(store, &account, &id, 40).await?.try_into().map_err(|_| "not one")?;
    assert_eq!(again.attempts, 2);
    let mut transaction = store.write_webhooks(&account).await?;
    assert!(!transaction.settle(&id, &settled(40, true, None)).await?);
    assert!(transaction.settle(&id, &settled(70, false, Some(100))).await?);
    assert!(!transaction.settle(&id, &settled(70, true, None)).await?);
    transaction.commit().await?;
    let failed = store.read_webhooks(&account).delivery(&id, 1).await?.ok_or("it is gone")?;
    let attempt = settled(70, false, None).attempt;
    assert_eq!((failed.state(), failed.last_attempt), (DeliveryState::Pending, Some(attempt)));
    assert_eq!(claim(store, &account, &id, 100).await?.len(), 1);
    let mut transaction = store.write_webhooks(&account).await?;
    assert!(transaction.settle(&id, &settled(130, true, None)).await?);
    transaction.commit().await?;
    let done = store.read_webhooks(&account).delivery(&id, 1).await?.ok_or("it is gone")?;
    assert_eq!((done.state(), done.delivered_at), (DeliveryState::Delivered, Some(sample::time(50))));
    Ok(())
}

/// Both pings and changes.
async fn concurrently_queued_deliveries_have_distinct_numbers(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    sample::publish(store, &account, &[sample::handoff(1, "One", &[])?]).await?;
    let id = with_pings(store, &account, "w", 0).await?;
    let queued = join_all((0..8).map(async |nth| {
        let mut transaction = store.write_webhooks(&account).await?;
        if nth % 2 == 0 {
            transaction.queue_ping(&id, sample::time(10)).await?;
        } else {
            transaction.queue_changes(&id, 2, sample::time(10)).await?;
        }
        transaction.commit().await
    }));
    queued.await.into_iter().collect::<Result<Vec<_>, _>>()?;
    let numbers: Vec<_> = deliveries(store, &account, &id).await?.iter().map(|d| d.number).collect();
    assert_eq!(numbers, [6, 5, 4, 3, 2, 1]);
    Ok(())
}

/// Deliveries that are due show the reason, and stay due.
async fn the_reason_for_an_unsent_delivery_is_recorded(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let id = with_pings(store, &account, "w", 2).await?;
    let mut transaction = store.write_webhooks(&account).await?;
    transaction.resend(&id, 2, sample::time(60)).await?;
    transaction.commit().await?;
    let unsent = DeliveryAttempt { at: sample::time(20), status: None, error: Some("no key".to_owned()) };
    store.record_unsent(&account, &id, &unsent).await?;
    let noted = deliveries(store, &account, &id).await?;
    let summaries: Vec<_> = noted.iter().map(|d| (d.number, d.attempts, d.last_attempt.clone())).collect();
    assert_eq!(summaries, [(2, 0, None), (1, 0, Some(unsent))]);
    let [due] = claim(store, &account, &id, 20).await?.try_into().map_err(|_| "not one")?;
    assert_eq!((due.number, due.attempts), (1, 1));
    let mut transaction = store.write_webhooks(&account).await?;
    assert_eq!(transaction.pending(&id).await?, PendingDeliveries { untried: 1, all: 2 });
    Ok(())
}

/// No delivery is missing or claimed twice.
async fn concurrent_claims_return_each_delivery_once(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let id = with_pings(store, &account, "w", 10).await?;
    let claims = join_all((0..8).map(|_| claim(store, &account, &id, 10))).await;
    let mut numbers = Vec::new();
    for claimed in claims {
        numbers.extend(claimed?.iter().map(|delivery| delivery.number));
    }
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=10).collect::<Vec<_>>());
    Ok(())
}

/// Deliveries are listed newest first, in pages. Pending ones are not pruned.
async fn deliveries_are_listed_resent_and_pruned(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let id = with_pings(store, &account, "w", 4).await?;
    let reader = store.read_webhooks(&account);
    let numbers = |page: Vec<Delivery>| page.iter().map(|delivery| delivery.number).collect::<Vec<_>>();
    assert_eq!(numbers(reader.deliveries(&id, i64::MAX, 2).await?), [4, 3]);
    assert_eq!(numbers(reader.deliveries(&id, 3, 2).await?), [2, 1]);
    claim(store, &account, &id, 10).await?;
    let mut transaction = store.write_webhooks(&account).await?;
    for number in 1..=3 {
        let over = AttemptOutcome { number, ..settled(40, number == 1, None) };
        assert!(transaction.settle(&id, &over).await?);
    }
    assert!(transaction.resend(&id, 1, sample::time(60)).await?);
    assert!(!transaction.resend(&id, 5, sample::time(60)).await?);
    let within = transaction.delivery(&id, 1).await?;
    transaction.commit().await?;
    let again = reader.delivery(&id, 1).await?.ok_or("it is gone")?;
    assert_eq!(within.as_ref(), Some(&again));
    assert_eq!((again.state(), again.attempts), (DeliveryState::Pending, 0));
    let states = deliveries(store, &account, &id).await?.iter().map(Delivery::state).collect::<Vec<_>>();
    let (pending, failed) = (DeliveryState::Pending, DeliveryState::Failed);
    assert_eq!(states, [pending, failed, failed, pending]);
    let mut forgotten = Vec::new();
    for until in [9, 10, 10, 10] {
        forgotten.push(store.prune_deliveries(&account, sample::time(until), 1).await?);
    }
    assert_eq!(forgotten, [0, 1, 1, 0]);
    assert_eq!(numbers(deliveries(store, &account, &id).await?), [4, 1]);
    Ok(())
}

/// It is the earliest time of all pending deliveries.
async fn the_time_of_the_next_attempt_is_returned(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let id = with_pings(store, &account, "w", 2).await?;
    let reader = store.read_webhooks(&account);
    assert_eq!(reader.next_attempt(&id).await?, Some(sample::time(10)));
    claim(store, &account, &id, 10).await?;
    assert_eq!(reader.next_attempt(&id).await?, Some(sample::time(40)));
    let mut transaction = store.write_webhooks(&account).await?;
    assert!(transaction.settle(&id, &settled(40, true, None)).await?);
    assert!(transaction.settle(&id, &AttemptOutcome { number: 2, ..settled(40, false, Some(90)) }).await?);
    transaction.commit().await?;
    assert_eq!(reader.next_attempt(&id).await?, Some(sample::time(90)));
    let mut transaction = store.write_webhooks(&account).await?;
    let stored = transaction.webhook(&id).await?.ok_or(StoreError::Conflict)?;
    let disabled = Some((sample::time(60), DisabledReason::Asked));
    transaction.save_webhook(&Webhook { disabled, ..stored }).await?;
    transaction.commit().await?;
    assert_eq!(reader.next_attempt(&id).await?, None, "nothing is sent to a disabled webhook");
    Ok(())
}

/// Claims up to four deliveries at `second` for 30 seconds.
pub(super) async fn claim(
    store: &dyn Store,
    account: &AccountId,
    id: &WebhookId,
    second: i64,
) -> Result<Vec<Delivery>, StoreError> {
    store.claim_deliveries(account, id, (sample::time(second), sample::time(second + 30)), 4).await
}

/// An attempt of delivery 1 that ended at second 50 and was claimed until second `until`.
pub(super) fn settled(until: i64, delivered: bool, next: Option<i64>) -> AttemptOutcome {
    let error = (!delivered).then(|| "it answered 500".to_owned());
    let status = Some(if delivered { 204 } else { 500 });
    AttemptOutcome {
        number: 1,
        claimed_until: sample::time(until),
        attempt: DeliveryAttempt { at: sample::time(50), status, error },
        delivered,
        next_attempt_at: next.map(sample::time),
    }
}

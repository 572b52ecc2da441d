//! Webhooks and their deliveries.

use futures::future::join_all;
use outbound_model::{AccountId, ChangeKind, DeliveryState, DisabledBecause, JobTask, WebhookId};

use super::jobs::claim as claim_jobs;
use super::{Outcome, sample};
use crate::{Attempt, Delivery, Settled, Store, StoreError, Webhook};

/// With every field, and without those that may be absent; gone once it is deleted.
pub async fn a_webhook_comes_back_as_it_was(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    assert!(!store.holds_secrets().await?);
    let plain = webhook("b", &[])?;
    let rich = Webhook {
        old_secret: Some((vec![9], sample::time(9))),
        disabled: Some((sample::time(5), DisabledBecause::Failing)),
        last_success_at: Some(sample::time(4)),
        ..webhook("a", &[ChangeKind::Saved, ChangeKind::Archived])?
    };
    save(store, &account, &[&plain, &rich]).await?;
    assert_eq!(store.read_webhooks(&account).webhooks().await?, [rich.clone(), plain.clone()]);
    assert!(store.holds_secrets().await?);
    let changed = Webhook { url: "https://b.example".to_owned(), kinds: Vec::new(), ..rich };
    let mut transaction = store.write_webhooks(&account).await?;
    transaction.save_webhook(&changed).await?;
    transaction.commit().await?;
    assert_eq!(store.read_webhooks(&account).webhook(&changed.id).await?, Some(changed.clone()));
    let mut transaction = store.write_webhooks(&account).await?;
    assert_eq!(transaction.webhook(&changed.id).await?, Some(changed));
    transaction.queue_ping(&plain.id, sample::time(1)).await?;
    assert!(transaction.delete_webhook(&plain.id).await?);
    assert!(!transaction.delete_webhook(&plain.id).await?);
    transaction.commit().await?;
    assert_eq!(store.read_webhooks(&account).webhook(&plain.id).await?, None);
    Ok(())
}

/// However many are added at once.
pub async fn an_account_has_no_more_webhooks_than_allowed(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let webhooks = (0..6).map(|number| webhook(&format!("w{number}"), &[])).collect::<Result<Vec<_>, _>>()?;
    let added = join_all(webhooks.iter().map(async |webhook| {
        let mut transaction = store.write_webhooks(&account).await?;
        let added = transaction.add_webhook(webhook, 3).await?;
        transaction.commit().await?;
        Ok::<_, StoreError>(added)
    }));
    let added = added.await.into_iter().collect::<Result<Vec<_>, _>>()?;
    assert_eq!(added.into_iter().filter(|added| *added).count(), 3);
    assert_eq!(store.read_webhooks(&account).webhooks().await?.len(), 3);
    Ok(())
}

/// With the change that it tells, in order, numbered on; what is not wanted is passed over.
pub async fn each_wanted_change_is_queued_once(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let handoffs = [sample::handoff(1, "One", &[])?, sample::handoff(2, "Two", &[])?];
    sample::publish(store, &account, &handoffs).await?;
    let picky = webhook("picky", &[ChangeKind::Published, ChangeKind::Archived])?;
    save(store, &account, &[&picky]).await?;
    let mut transaction = store.write_webhooks(&account).await?;
    assert_eq!(transaction.last_change().await?, 4);
    assert_eq!(transaction.queue_ping(&picky.id, sample::time(10)).await?, 1);
    assert_eq!(transaction.queue_changes(&picky.id, 3, sample::time(11)).await?, 1);
    assert_eq!(transaction.queue_changes(&picky.id, 3, sample::time(12)).await?, 0);
    assert_eq!(transaction.queue_changes(&picky.id, 9, sample::time(13)).await?, 1);
    assert_eq!(transaction.pending(&picky.id).await?, 3);
    transaction.commit().await?;
    let deliveries = deliveries(store, &account, &picky.id).await?;
    let told: Vec<_> = deliveries.iter().map(|d| (d.number, d.change.as_ref().map(|c| c.sequence))).collect();
    assert_eq!(told, [(3, Some(4)), (2, Some(2)), (1, None)]);
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
    assert_eq!(store.read_webhooks(&account).delivery(&picky.id, 2).await?, Some(expected));
    let kept = store.read_webhooks(&account).webhook(&picky.id).await?.ok_or("it is gone")?;
    assert_eq!((kept.queued_through, kept.last_delivery), (9, 3));
    Ok(())
}

/// Nobody else has it meanwhile; whoever comes back after that changes nothing.
pub async fn a_delivery_is_claimed_until_it_is_settled_or_given_up(store: &dyn Store) -> Outcome {
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

/// However many are queued at once, pings and changes.
pub async fn deliveries_that_are_queued_at_once_have_their_own_numbers(store: &dyn Store) -> Outcome {
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

/// However many ask at once.
pub async fn of_many_that_claim_each_delivery_has_one(store: &dyn Store) -> Outcome {
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

/// The newest first, in pages. Only what is over is forgotten.
pub async fn deliveries_are_listed_sent_again_and_forgotten(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let id = with_pings(store, &account, "w", 4).await?;
    let reader = store.read_webhooks(&account);
    let numbers = |page: Vec<Delivery>| page.iter().map(|delivery| delivery.number).collect::<Vec<_>>();
    assert_eq!(numbers(reader.deliveries(&id, i64::MAX, 2).await?), [4, 3]);
    assert_eq!(numbers(reader.deliveries(&id, 3, 2).await?), [2, 1]);
    claim(store, &account, &id, 10).await?;
    let mut transaction = store.write_webhooks(&account).await?;
    for number in 1..=3 {
        let over = Settled { number, ..settled(40, number == 1, None) };
        assert!(transaction.settle(&id, &over).await?);
    }
    assert!(transaction.resend(&id, 1, sample::time(60)).await?);
    assert!(!transaction.resend(&id, 5, sample::time(60)).await?);
    transaction.commit().await?;
    let again = reader.delivery(&id, 1).await?.ok_or("it is gone")?;
    assert_eq!((again.state(), again.attempts), (DeliveryState::Pending, 0));
    let states = deliveries(store, &account, &id).await?.iter().map(Delivery::state).collect::<Vec<_>>();
    let (pending, failed) = (DeliveryState::Pending, DeliveryState::Failed);
    assert_eq!(states, [pending, failed, failed, pending]);
    let mut forgotten = Vec::new();
    for until in [9, 10, 10, 10] {
        forgotten.push(store.forget_deliveries(sample::time(until), 1).await?);
    }
    assert_eq!(forgotten, [0, 1, 1, 0]);
    assert_eq!(numbers(deliveries(store, &account, &id).await?), [4, 1]);
    Ok(())
}

/// Of each webhook that is enabled; what changes no handoff enqueues nothing.
pub async fn a_commit_with_changes_enqueues_deliveries(store: &dyn Store) -> Outcome {
    let (a, b) = (sample::account(store, "A").await?, sample::account(store, "B").await?);
    let off = Webhook { disabled: Some((sample::time(1), DisabledBecause::Gone)), ..webhook("off", &[])? };
    save(store, &a, &[&webhook("one", &[])?, &webhook("two", &[])?, &off]).await?;
    save(store, &b, &[&webhook("other", &[])?]).await?;
    let mut transaction = store.write_catalogue(&a).await?;
    transaction.set_settings("{}").await?;
    transaction.commit().await?;
    assert_eq!(store.jobs(&a, None, 9).await?, []);
    sample::save(store, &a, &sample::handoff(1, "One", &[])?).await?;
    let due = store.accounts_with_due_jobs(sample::time(100), 9).await?;
    assert_eq!(due, [(a.clone(), sample::time(100))], "the time of the change");
    let tasks: Vec<_> =
        claim_jobs(store, &a, 100, 9).await?.into_iter().filter_map(|job| job.task.ok()).collect();
    assert_eq!(tasks, [JobTask::DeliverWebhook("one".parse()?), JobTask::DeliverWebhook("two".parse()?)]);
    Ok(())
}

/// The earliest time counts; what is over has none.
pub async fn the_next_attempt_is_known(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let id = with_pings(store, &account, "w", 2).await?;
    let reader = store.read_webhooks(&account);
    assert_eq!(reader.next_attempt(&id).await?, Some(sample::time(10)));
    claim(store, &account, &id, 10).await?;
    assert_eq!(reader.next_attempt(&id).await?, Some(sample::time(40)));
    let mut transaction = store.write_webhooks(&account).await?;
    assert!(transaction.settle(&id, &settled(40, true, None)).await?);
    assert!(transaction.settle(&id, &Settled { number: 2, ..settled(40, false, Some(90)) }).await?);
    transaction.commit().await?;
    assert_eq!(reader.next_attempt(&id).await?, Some(sample::time(90)));
    Ok(())
}

/// Every method, and the revision of both.
pub async fn an_account_touches_its_own_webhooks_only(store: &dyn Store) -> Outcome {
    let (ours, theirs) = (sample::account(store, "A").await?, sample::account(store, "B").await?);
    let id = with_pings(store, &theirs, "w", 1).await?;
    let revision = store.revision(&ours).await?;
    let mut transaction = store.write_webhooks(&ours).await?;
    assert_eq!(transaction.webhook(&id).await?, None);
    transaction
        .save_webhook(&Webhook { url: "https://other.example".to_owned(), ..webhook("w", &[])? })
        .await?;
    assert_eq!(transaction.pending(&id).await?, 0);
    assert!(!transaction.settle(&id, &settled(10, true, None)).await?);
    assert!(!transaction.resend(&id, 1, sample::time(99)).await?);
    assert!(!transaction.delete_webhook(&id).await?);
    transaction.commit().await?;
    assert_eq!(claim(store, &ours, &id, 99).await?, []);
    let reader = store.read_webhooks(&ours);
    assert_eq!((reader.webhooks().await?, reader.webhook(&id).await?), (vec![], None));
    assert_eq!((reader.deliveries(&id, 9, 9).await?, reader.delivery(&id, 1).await?), (vec![], None));
    assert_eq!(
        store.read_webhooks(&theirs).webhook(&id).await?.ok_or("it is gone")?.url,
        webhook("w", &[])?.url
    );
    assert_eq!(claim(store, &theirs, &id, 10).await?.len(), 1);
    assert_eq!(store.revision(&ours).await?, revision);
    assert!(matches!(store.write_webhooks(&"C".parse()?).await.err(), Some(StoreError::UnknownAccount(_))));
    Ok(())
}

pub(super) fn webhook(id: &str, kinds: &[ChangeKind]) -> Result<Webhook, Box<dyn std::error::Error>> {
    Ok(Webhook {
        id: id.parse()?,
        url: "https://receiver.example/hook".to_owned(),
        description: "says who listens".to_owned(),
        kinds: kinds.to_vec(),
        sealed_secret: vec![1, 2, 3],
        old_secret: None,
        created_at: sample::time(3),
        disabled: None,
        queued_through: 0,
        last_delivery: 0,
        last_success_at: None,
    })
}

async fn save(store: &dyn Store, account: &AccountId, webhooks: &[&Webhook]) -> Outcome {
    let mut transaction = store.write_webhooks(account).await?;
    for webhook in webhooks {
        assert!(transaction.add_webhook(webhook, 20).await?);
    }
    Ok(transaction.commit().await?)
}

/// A webhook with `count` pings that are due at second 10.
async fn with_pings(
    store: &dyn Store,
    account: &AccountId,
    id: &str,
    count: usize,
) -> Result<WebhookId, Box<dyn std::error::Error>> {
    let webhook = webhook(id, &[])?;
    save(store, account, &[&webhook]).await?;
    let mut transaction = store.write_webhooks(account).await?;
    for _ in 0..count {
        transaction.queue_ping(&webhook.id, sample::time(10)).await?;
    }
    transaction.commit().await?;
    Ok(webhook.id)
}

/// Up to four at that second, for half a minute.
async fn claim(
    store: &dyn Store,
    account: &AccountId,
    id: &WebhookId,
    second: i64,
) -> Result<Vec<Delivery>, StoreError> {
    store.claim_deliveries(account, id, (sample::time(second), sample::time(second + 30)), 4).await
}

/// A try of delivery 1 that ended at second 50, claimed until second `until`.
fn settled(until: i64, delivered: bool, next: Option<i64>) -> Settled {
    let error = (!delivered).then(|| "it answered 500".to_owned());
    let status = Some(if delivered { 204 } else { 500 });
    Settled {
        number: 1,
        claimed_until: sample::time(until),
        attempt: Attempt { at: sample::time(50), status, error },
        delivered,
        next_attempt_at: next.map(sample::time),
    }
}

async fn deliveries(
    store: &dyn Store,
    account: &AccountId,
    id: &WebhookId,
) -> Result<Vec<Delivery>, StoreError> {
    store.read_webhooks(account).deliveries(id, i64::MAX, 100).await
}

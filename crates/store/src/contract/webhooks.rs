//! Webhooks.

use futures::future::join_all;
use outbound_model::{AccountId, ChangeKind, DisabledReason, JobTask, WebhookId};

use super::deliveries::{claim, settled};
use super::jobs::claim as claim_jobs;
use super::{Outcome, sample};
use crate::{Delivery, DeliveryAttempt, PendingDeliveries, Store, StoreError, Webhook};

behaviours! {
    a_webhook_is_stored_with_all_fields,
    a_deleted_webhook_is_purged_in_batches,
    the_number_of_webhooks_is_limited,
    a_commit_with_changes_enqueues_deliveries,
    an_account_cannot_access_webhooks_of_another,
}

/// Also without optional fields. A deleted webhook is not found.
async fn a_webhook_is_stored_with_all_fields(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    assert!(!store.holds_secrets().await?);
    let minimal = webhook("b", &[])?;
    let complete = Webhook {
        old_secret: Some((vec![9], sample::time(9))),
        disabled: Some((sample::time(5), DisabledReason::Failing)),
        last_success_at: Some(sample::time(4)),
        ..webhook("a", &[ChangeKind::Saved, ChangeKind::Archived])?
    };
    save(store, &account, &[&minimal, &complete]).await?;
    assert_eq!(store.read_webhooks(&account).webhooks().await?, [complete.clone(), minimal.clone()]);
    assert!(store.holds_secrets().await?);
    let changed = Webhook { url: "https://b.example".to_owned(), kinds: Vec::new(), ..complete };
    let mut transaction = store.write_webhooks(&account).await?;
    transaction.save_webhook(&changed).await?;
    transaction.commit().await?;
    assert_eq!(store.read_webhooks(&account).webhook(&changed.id).await?, Some(changed.clone()));
    let mut transaction = store.write_webhooks(&account).await?;
    assert_eq!(transaction.webhook(&changed.id).await?, Some(changed));
    transaction.queue_ping(&minimal.id, sample::time(1)).await?;
    assert!(transaction.delete_webhook(&minimal.id, sample::time(6)).await?);
    assert!(!transaction.delete_webhook(&minimal.id, sample::time(6)).await?);
    assert_eq!(transaction.webhook(&minimal.id).await?, None);
    transaction.commit().await?;
    let reader = store.read_webhooks(&account);
    assert_eq!((reader.webhook(&minimal.id).await?, reader.webhooks().await?.len()), (None, 1));
    Ok(())
}

/// The deleted webhook does not count for the limit, and other webhooks do not change.
async fn a_deleted_webhook_is_purged_in_batches(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let id = with_pings(store, &account, "w", 5).await?;
    let kept = with_pings(store, &account, "kept", 1).await?;
    let mut transaction = store.write_webhooks(&account).await?;
    assert!(transaction.delete_webhook(&id, sample::time(6)).await?);
    assert!(transaction.add_webhook(&webhook("next", &[])?, 2).await?);
    transaction.commit().await?;
    let mut left = Vec::new();
    while !store.purge_webhook(&account, &id, 2).await? {
        left.push(deliveries(store, &account, &id).await?.len());
    }
    assert_eq!(left, [3, 1]);
    assert_eq!(deliveries(store, &account, &id).await?, []);
    assert_eq!(deliveries(store, &account, &kept).await?.len(), 1);
    // Rows that were left behind would violate a unique key.
    save(store, &account, &[&webhook("w", &[])?]).await?;
    Ok(())
}

/// Also if webhooks are added concurrently.
async fn the_number_of_webhooks_is_limited(store: &dyn Store) -> Outcome {
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

/// Only for enabled webhooks. A commit without changes of handoffs enqueues nothing.
async fn a_commit_with_changes_enqueues_deliveries(store: &dyn Store) -> Outcome {
    let (a, b) = (sample::account(store, "A").await?, sample::account(store, "B").await?);
    let off = Webhook { disabled: Some((sample::time(1), DisabledReason::Gone)), ..webhook("off", &[])? };
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

/// Checks every method, and that both revisions do not change.
async fn an_account_cannot_access_webhooks_of_another(store: &dyn Store) -> Outcome {
    let (ours, theirs) = (sample::account(store, "A").await?, sample::account(store, "B").await?);
    let id = with_pings(store, &theirs, "w", 1).await?;
    let revision = store.revision(&ours).await?;
    let mut transaction = store.write_webhooks(&ours).await?;
    assert_eq!(transaction.webhook(&id).await?, None);
    transaction
        .save_webhook(&Webhook { url: "https://other.example".to_owned(), ..webhook("w", &[])? })
        .await?;
    assert_eq!(transaction.pending(&id).await?, PendingDeliveries { untried: 0, all: 0 });
    assert!(!transaction.settle(&id, &settled(10, true, None)).await?);
    assert!(!transaction.resend(&id, 1, sample::time(99)).await?);
    assert_eq!(transaction.delivery(&id, 1).await?, None);
    assert!(!transaction.delete_webhook(&id, sample::time(99)).await?);
    transaction.commit().await?;
    let unsent = DeliveryAttempt { at: sample::time(99), status: None, error: Some("no key".to_owned()) };
    store.record_unsent(&ours, &id, &unsent).await?;
    assert_eq!(store.read_webhooks(&theirs).delivery(&id, 1).await?.and_then(|d| d.last_attempt), None);
    assert!(store.purge_webhook(&ours, &id, 9).await?, "it has none");
    store.enqueue_deliveries(&ours, sample::time(99)).await?;
    assert_eq!((claim(store, &ours, &id, 99).await?, store.jobs(&theirs, None, 9).await?), (vec![], vec![]));
    assert_eq!(store.prune_deliveries(&ours, sample::time(99), 9).await?, 0);
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

pub(super) async fn save(store: &dyn Store, account: &AccountId, webhooks: &[&Webhook]) -> Outcome {
    let mut transaction = store.write_webhooks(account).await?;
    for webhook in webhooks {
        assert!(transaction.add_webhook(webhook, 20).await?);
    }
    Ok(transaction.commit().await?)
}

/// Creates a webhook with `count` pings that are due at second 10.
pub(super) async fn with_pings(
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

pub(super) async fn deliveries(
    store: &dyn Store,
    account: &AccountId,
    id: &WebhookId,
) -> Result<Vec<Delivery>, StoreError> {
    store.read_webhooks(account).deliveries(id, i64::MAX, 100).await
}

//! Changes of campaigns in the change feed.

use futures::future::join_all;
use outbound_campaigns::{Control, Recipient, RecipientState};
use outbound_model::{AccountId, ChangeDetails, ChangeKind, DisabledReason};

use super::super::Outcome;
use super::super::webhooks::{deliveries, save, webhook};
use super::{add, campaign, lane, recipient, sample};
use crate::{
    ChangeSubject, FeedEntry, NewChange, RecipientChange, Store, StoreError, StoredRecipient, Webhook,
};

behaviours! {
    changes_reach_the_feed_once,
    changes_are_delivered_to_subscribers,
    old_changes_of_campaigns_are_deleted,
    a_finished_campaign_is_noticed,
}

fn change(kind: ChangeKind, second: i64, key: Option<&str>) -> NewChange {
    let details = ChangeDetails { campaign: Some("a9cRASfbQ".to_owned()), ..ChangeDetails::default() };
    NewChange { at: sample::time(second), by: "anna".to_owned(), kind, key: key.map(str::to_owned), details }
}

async fn add_changes(
    store: &dyn Store,
    account: &AccountId,
    changes: &[NewChange],
) -> Result<(), StoreError> {
    let mut transaction = store.write_campaigns(account).await?;
    transaction.add_changes(changes).await?;
    transaction.commit().await
}

async fn feed(store: &dyn Store, account: &AccountId) -> Result<Vec<FeedEntry>, StoreError> {
    store.read_catalogue(account).handoff_changes(0, 100).await
}

/// In order, numbered after the changes of handoffs, also if several nodes move them.
async fn changes_reach_the_feed_once(store: &dyn Store) -> Outcome {
    let (account, other) = (sample::account(store, "A").await?, sample::account(store, "B").await?);
    sample::publish(store, &account, &[sample::handoff(1, "One", &[])?]).await?;
    let started = change(ChangeKind::CampaignStarted, 10, None);
    add_changes(store, &other, std::slice::from_ref(&started)).await?;
    assert_eq!(store.account_with_changes(None).await?, Some(other.clone()));
    let same = change(ChangeKind::MessageStatus, 11, Some("m/sent"));
    add_changes(store, &account, &[started.clone(), same.clone()]).await?;
    add_changes(store, &account, &[same.clone(), started.clone()]).await?;
    let mut dropped = store.write_campaigns(&account).await?;
    dropped.add_changes(std::slice::from_ref(&started)).await?;
    drop(dropped);
    assert_eq!(store.account_with_changes(None).await?, Some(account.clone()));
    assert_eq!(store.account_with_changes(Some(&account)).await?, Some(other.clone()));
    let before = store.revision(&account).await?;
    for moved in join_all([store.publish_changes(&account, 3), store.publish_changes(&account, 3)]).await {
        assert!(Some(moved?) > before);
    }
    assert_eq!(store.account_with_changes(None).await?, Some(other.clone()));
    // A key of an earlier change.
    add_changes(store, &account, &[same]).await?;
    store.publish_changes(&account, 9).await?;
    store.publish_changes(&other, 9).await?;
    assert_eq!(store.account_with_changes(None).await?, None);
    let entries = feed(store, &account).await?;
    let kinds: Vec<_> = entries.iter().map(|entry| (entry.sequence, entry.kind.as_str())).collect();
    let expected =
        ["handoff.saved", "handoff.published", "campaign.started", "message.status", "campaign.started"];
    assert_eq!(kinds, (1..).zip(expected).collect::<Vec<_>>());
    let expected = FeedEntry {
        sequence: 1,
        at: started.at,
        by: started.by,
        kind: started.kind,
        subject: ChangeSubject::Campaign(Box::new(started.details)),
    };
    assert_eq!(feed(store, &other).await?, [expected]);
    Ok(())
}

/// Without names, a webhook receives all kinds but those with many changes. Old changes are not queued.
async fn changes_are_delivered_to_subscribers(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let (all, named) = (webhook("all", &[])?, webhook("named", &[ChangeKind::MessageStatus])?);
    let disabled = Webhook {
        disabled: Some((sample::time(1), DisabledReason::Failing)),
        ..webhook("off", &[ChangeKind::MessageReceived])?
    };
    assert_eq!(store.subscribed_kinds(&account).await?, []);
    save(store, &account, &[&all, &named, &disabled]).await?;
    assert_eq!(store.subscribed_kinds(&account).await?, [ChangeKind::MessageStatus]);
    let changes = [
        change(ChangeKind::CampaignPaused, 10, None),
        change(ChangeKind::MessageStatus, 11, Some("m/sent")),
        change(ChangeKind::MessageReceived, 12, None),
    ];
    add_changes(store, &account, &changes).await?;
    store.publish_changes(&account, 9).await?;
    let mut transaction = store.write_webhooks(&account).await?;
    assert_eq!(transaction.queue_changes(&all.id, 3, sample::time(20)).await?, 1);
    assert_eq!(transaction.queue_changes(&named.id, 3, sample::time(20)).await?, 1);
    transaction.commit().await?;
    for (webhook, kind) in [(&all, ChangeKind::CampaignPaused), (&named, ChangeKind::MessageStatus)] {
        let queued = deliveries(store, &account, &webhook.id).await?;
        let kinds: Vec<_> = queued.iter().map(|d| d.change.as_ref().map(|change| change.kind)).collect();
        assert_eq!(kinds, [Some(kind)]);
    }
    add_changes(store, &account, &changes[..1]).await?;
    store.publish_changes(&account, 9).await?;
    let mut transaction = store.write_webhooks(&account).await?;
    let month = 30 * 24 * 60 * 60;
    assert_eq!(transaction.queue_changes(&all.id, 4, sample::time(10 + month)).await?, 0);
    Ok(())
}

/// Changes of handoffs stay. The number of the newest change is not used again.
async fn old_changes_of_campaigns_are_deleted(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    sample::publish(store, &account, &[sample::handoff(1, "One", &[])?]).await?;
    let changes: Vec<_> = (10..14)
        .map(|second| change(ChangeKind::CampaignStarted, second, Some(&second.to_string())))
        .collect();
    add_changes(store, &account, &changes).await?;
    store.publish_changes(&account, 9).await?;
    assert_eq!(store.prune_changes(&account, sample::time(12), 1).await?, 1);
    assert_eq!(store.prune_changes(&account, sample::time(12), 9).await?, 1);
    assert_eq!(store.prune_changes(&account, sample::time(99), 9).await?, 1);
    assert_eq!(store.prune_changes(&account, sample::time(99), 9).await?, 0);
    let numbers = |entries: Vec<FeedEntry>| entries.iter().map(|entry| entry.sequence).collect::<Vec<_>>();
    assert_eq!(numbers(feed(store, &account).await?), [1, 2, 6]);
    add_changes(store, &account, &changes[..1]).await?;
    store.publish_changes(&account, 9).await?;
    assert_eq!(numbers(feed(store, &account).await?), [1, 2, 6, 7]);
    Ok(())
}

/// Once, when the last recipient is final; again after a retry; not if it was cancelled.
async fn a_finished_campaign_is_noticed(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let (one, two) = (campaign(1, 5), campaign(2, 5));
    let recipients = [recipient(1, &lane("1"), 9), recipient(2, &lane("1"), 9)];
    add(store, &account, &one, &recipients, None).await?;
    add(store, &account, &two, &[recipient(3, &lane("1"), 9)], None).await?;
    let save = async |id, number, state: RecipientState| {
        let mut transaction = store.write_campaigns(&account).await?;
        let stored = transaction.recipient(id, number).await?.ok_or("missing")?;
        let before = stored.recipient.state().clone();
        let after = StoredRecipient { recipient: Recipient::restore(state, 0, 1, 0), ..stored };
        let finished = transaction.save_recipients(&[RecipientChange { before, after }]).await?;
        transaction.commit().await?;
        Ok::<_, Box<dyn std::error::Error>>(finished.len())
    };
    let id = &one.ids.proactive;
    assert_eq!(save(id, 0, RecipientState::InFlight).await?, 0);
    assert_eq!(save(id, 0, RecipientState::Sent).await?, 0);
    assert_eq!(save(id, 1, RecipientState::Skipped(None)).await?, 1);
    assert_eq!(save(id, 1, RecipientState::Skipped(None)).await?, 0);
    assert_eq!(save(id, 0, RecipientState::Waiting).await?, 0);
    assert_eq!(save(id, 0, RecipientState::Unknown).await?, 1);
    assert_eq!(save(id, 0, RecipientState::Sent).await?, 0);
    let mut transaction = store.write_campaigns(&account).await?;
    let id = &two.ids.proactive;
    assert!(transaction.set_control(id, Control::Launched, Control::Cancelled, None).await?);
    transaction.commit().await?;
    assert_eq!(save(id, 0, RecipientState::Skipped(None)).await?, 0);
    Ok(())
}

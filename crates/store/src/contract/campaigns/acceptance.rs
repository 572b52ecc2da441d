//! Adding campaigns.

use futures::future::join_all;
use outbound_campaigns::{Control, RecipientCounts};
use outbound_reporting::ReportingChannel;

use super::super::Outcome;
use super::{add, campaign, lane, recipient, sample};
use crate::{
    AcceptedRequest, Campaign, CampaignAdded, CampaignPosition, FailureStreak, RecipientQuery, Store,
    StoreError,
};

behaviours! {
    a_campaign_is_stored_with_all_fields,
    campaigns_are_listed_by_pages,
    the_recipients_of_a_day_are_limited,
    a_request_with_a_key_is_accepted_once,
    a_decision_is_made_once,
}

/// With its recipients, its lanes and its events. A campaign id is unique in its account.
async fn a_campaign_is_stored_with_all_fields(store: &dyn Store) -> Outcome {
    let (account, other) = (sample::account(store, "A").await?, sample::account(store, "B").await?);
    let paused =
        Campaign { control: Control::Paused, reason: Some("too many failures".to_owned()), ..campaign(1, 5) };
    let recipients = [recipient(1, &lane("1"), 7), recipient(2, &lane("1"), 6), recipient(3, &lane("2"), 8)];
    assert_eq!(add(store, &account, &paused, &recipients, None).await?, CampaignAdded::Added);
    let conflict = add(store, &account, &paused, &[], None).await;
    assert!(matches!(conflict, Err(StoreError::Conflict)), "{conflict:?}");

    let reader = store.read_campaigns(&account);
    let counts = RecipientCounts { waiting: 3, ..RecipientCounts::default() };
    let id = paused.ids.proactive.clone();
    assert_eq!(reader.campaign(&id).await?, Some(Campaign { counts, ..paused }));
    let query = RecipientQuery { campaign: &id, state: None, after: None, limit: 10 };
    let stored = reader.recipients(query).await?;
    let numbers: Vec<_> = stored.iter().map(|stored| (stored.number, stored.due_at)).collect();
    let due = [(0, 7), (1, 6), (2, 8)].map(|(number, second)| (number, Some(sample::time(second))));
    assert_eq!(numbers, due);
    for (stored, new) in stored.iter().zip(&recipients) {
        assert_eq!((stored.transaction, &stored.lane), (new.transaction, &new.lane));
        assert_eq!((stored.consumer, stored.sealed.as_ref()), (new.consumer, Some(&new.sealed)));
        assert_eq!((stored.changed_at, stored.revision), (sample::time(5), 0));
    }
    let lanes = reader.lanes().await?;
    let due: Vec<_> = lanes.iter().map(|lane| (lane.id.sender(), lane.rate, lane.due_at)).collect();
    assert_eq!(due, [("1", 9, Some(sample::time(6))), ("2", 9, Some(sample::time(8)))]);
    assert_eq!(store.account_with_events(None).await?, Some(account.clone()));
    assert_eq!(store.account_with_events(Some(&account)).await?, None);
    let events = store.outbox_events(&account, 10).await?;
    assert_eq!(events.iter().map(|events| &*events.sealed).collect::<Vec<_>>(), [b"events"]);
    store.delete_outbox_events(&account, &[events[0].number]).await?;
    assert_eq!(store.account_with_events(None).await?, None);
    assert_eq!(store.read_campaigns(&other).campaign(&id).await?, None);
    Ok(())
}

/// Newest first.
async fn campaigns_are_listed_by_pages(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    for (number, second) in [(1, 5), (2, 7), (3, 7), (4, 6)] {
        add(store, &account, &campaign(number, second), &[], None).await?;
    }
    let reader = store.read_campaigns(&account);
    let mut listed = Vec::new();
    let mut before: Option<CampaignPosition> = None;
    loop {
        let page = reader.campaigns(before.as_ref(), 2).await?;
        let Some(last) = page.last() else { break };
        before = Some(CampaignPosition { created_at: last.created_at, id: last.ids.proactive.clone() });
        listed.extend(page);
    }
    let mut expected = [(1, 5), (2, 7), (3, 7), (4, 6)].map(|(number, second)| campaign(number, second));
    expected.sort_by_key(|campaign| (campaign.created_at, campaign.ids.proactive.clone()));
    expected.reverse();
    assert_eq!(listed, expected);
    Ok(())
}

/// Also if campaigns are added concurrently. A campaign that exceeds the limit is not stored at all.
async fn the_recipients_of_a_day_are_limited(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let lane = lane("1");
    let attempts = join_all((1..=5_u8).map(async |number| {
        let recipients = [0, 1, 2].map(|offset| recipient(number * 10 + offset, &lane, 1));
        // 10 recipients are permitted, so three campaigns fit.
        add(store, &account, &campaign(number, 1), &recipients, None).await
    }));
    let attempts = attempts.await.into_iter().collect::<Result<Vec<_>, _>>()?;
    let added = attempts.iter().filter(|added| **added == CampaignAdded::Added).count();
    let rejected = CampaignAdded::DailyLimit(ReportingChannel::Sms);
    assert_eq!((added, attempts.iter().filter(|added| **added == rejected).count()), (3, 2));
    assert_eq!(store.read_campaigns(&account).campaigns(None, 10).await?.len(), 3);
    // The next day has its own number.
    let tomorrow = campaign(9, 24 * 60 * 60);
    assert_eq!(
        add(store, &account, &tomorrow, &[recipient(90, &lane, 1)], None).await?,
        CampaignAdded::Added
    );
    let large: Vec<_> = (100..111).map(|number| recipient(number, &lane, 1)).collect();
    let later = campaign(10, 3 * 24 * 60 * 60);
    assert_eq!(add(store, &account, &later, &large, None).await?, rejected);
    Ok(())
}

/// Also of concurrent requests. The request is found until the campaign is purged.
async fn a_request_with_a_key_is_accepted_once(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let request = |number: u8| AcceptedRequest { hash: vec![number], sealed_response: vec![number, 0] };
    let attempts = join_all((1..=4_u8).map(async |number| {
        let recipients = [recipient(number, &lane("1"), 1)];
        add(store, &account, &campaign(number, 1), &recipients, Some(("key", request(number)))).await
    }));
    // A concurrent transaction that does not see the other one yet conflicts with it.
    let attempts: Vec<_> = attempts.await;
    let added = attempts.iter().filter(|added| matches!(added, Ok(CampaignAdded::Added))).count();
    let rejected = attempts
        .iter()
        .filter(|added| matches!(added, Ok(CampaignAdded::KnownRequest(_)) | Err(StoreError::Conflict)));
    assert_eq!((added, rejected.count()), (1, 3));

    let reader = store.read_campaigns(&account);
    let campaigns = reader.campaigns(None, 10).await?;
    let number = (1..=4).find(|number| campaign(*number, 1).ids == campaigns[0].ids).unwrap_or_default();
    assert_eq!(reader.accepted_request("key").await?, Some(request(number)));
    let again = add(store, &account, &campaign(9, 1), &[], Some(("key", request(9)))).await?;
    assert_eq!(again, CampaignAdded::KnownRequest(request(number)));

    assert_eq!(store.purge_campaigns(&account, sample::time(1), 10).await?, 0);
    assert_eq!(store.purge_campaigns(&account, sample::time(2), 10).await?, 1);
    assert_eq!(store.purge_campaigns(&account, sample::time(2), 10).await?, 0);
    assert_eq!(reader.accepted_request("key").await?, None);
    let id = &campaigns[0].ids.proactive;
    let query = RecipientQuery { campaign: id, state: None, after: None, limit: 10 };
    assert!(reader.recipients(query).await?.iter().all(|recipient| recipient.sealed.is_none()));
    Ok(())
}

/// Of two people who decide at the same time, one is informed.
async fn a_decision_is_made_once(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let new = campaign(1, 5);
    let id = new.ids.proactive.clone();
    add(store, &account, &new, &[recipient(1, &lane("1"), 7)], None).await?;
    let mut transaction = store.write_campaigns(&account).await?;
    transaction.reschedule(&id, sample::time(9)).await?;
    assert!(transaction.set_control(&id, Control::Launched, Control::Paused, Some("why")).await?);
    assert!(!transaction.set_control(&id, Control::Launched, Control::Cancelled, None).await?);
    let failures = FailureStreak { class: "content".to_owned(), count: 3 };
    transaction.set_failures(&id, Some(&failures)).await?;
    transaction.commit().await?;
    let reader = store.read_campaigns(&account);
    let stored = reader.campaign(&id).await?.unwrap_or_else(|| campaign(9, 9));
    assert_eq!((stored.control, stored.reason.as_deref()), (Control::Paused, Some("why")));
    assert_eq!(stored.failures, Some(failures));
    let query = RecipientQuery { campaign: &id, state: Some("waiting"), after: None, limit: 10 };
    assert_eq!(reader.recipients(query).await?[0].due_at, Some(sample::time(9)));

    let mut transaction = store.write_campaigns(&account).await?;
    transaction.reschedule(&id, sample::time(3)).await?;
    assert!(transaction.set_control(&id, Control::Paused, Control::Launched, None).await?);
    transaction.commit().await?;
    assert_eq!(reader.recipients(query).await?[0].due_at, Some(sample::time(3)));
    assert_eq!(reader.lanes().await?[0].due_at, Some(sample::time(3)));
    Ok(())
}

//! Changes of recipients.

use futures::future::join_all;
use outbound_campaigns::{CancelReason, Recipient, RecipientCounts, RecipientState, SkipReason, Transition};
use outbound_reporting::{ErrorKey, TransactionId};

use super::super::Outcome;
use super::{add, campaign, consumer, lane, recipient, sample};
use crate::{CampaignTransaction, RecipientChange, RecipientQuery, Store, StoreError, StoredRecipient};

behaviours! {
    every_state_is_stored_and_counted,
    retryable_recipients_are_found,
    due_recipients_are_claimed_in_order,
    campaigns_of_a_lane_take_turns,
    concurrent_claims_return_each_recipient_once,
    concurrent_changes_of_a_recipient_are_serialized,
}

fn change(
    stored: &StoredRecipient,
    transition: &Transition,
) -> Result<RecipientChange, Box<dyn std::error::Error>> {
    let after = StoredRecipient { recipient: stored.recipient.apply(transition)?, ..stored.clone() };
    Ok(RecipientChange { before: stored.recipient.state().clone(), after })
}

/// Each state is stored. The counts of the campaign always match.
async fn every_state_is_stored_and_counted(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let new = campaign(1, 5);
    let id = &new.ids.proactive;
    let states = [
        RecipientState::Waiting,
        RecipientState::InFlight,
        RecipientState::Sent,
        RecipientState::Failed(ErrorKey::new("outbound_twilio".to_owned(), "21610".to_owned())?),
        RecipientState::Skipped(None),
        RecipientState::Skipped(Some(SkipReason::OptedOut)),
        RecipientState::Skipped(Some(SkipReason::OpenConversation)),
        RecipientState::Cancelled(CancelReason::Cancelled),
        RecipientState::Cancelled(CancelReason::Expired),
        RecipientState::Unknown,
    ];
    let recipients: Vec<_> = (1..=10).map(|number| recipient(number, &lane("1"), 9)).collect();
    add(store, &account, &new, &recipients, None).await?;
    let mut transaction = store.write_campaigns(&account).await?;
    let mut changes = Vec::new();
    for (state, number) in states.iter().zip(0..) {
        let stored = transaction.recipient(id, number).await?.ok_or("missing")?;
        let after = StoredRecipient {
            recipient: Recipient::restore(state.clone(), 2, 5, 3),
            transaction: TransactionId::from_bytes([100 + u8::try_from(number)?; 16]),
            lane: lane("2"),
            due_at: None,
            changed_at: sample::time(20),
            consumer: consumer(77),
            sealed: None,
            provider_id: Some("SM1".to_owned()),
            ..stored
        };
        changes.push(RecipientChange { before: RecipientState::Waiting, after });
    }
    transaction.save_recipients(&changes).await?;
    transaction.commit().await?;

    let reader = store.read_campaigns(&account);
    let query = RecipientQuery { campaign: id, state: None, after: None, limit: 10 };
    let stored = reader.recipients(query).await?;
    for (stored, change) in stored.iter().zip(&changes) {
        let expected = StoredRecipient { revision: 1, ..change.after.clone() };
        assert_eq!(*stored, expected);
        assert_eq!(reader.recipients_of(&[expected.transaction]).await?, [expected]);
    }
    let counts = reader.campaign(id).await?.ok_or("missing")?.counts;
    assert_eq!(counts, RecipientCounts::of(states.iter()));
    let failed = RecipientQuery { state: Some("failed"), ..query };
    assert_eq!(reader.recipients(failed).await?, [stored[3].clone()]);
    let page = RecipientQuery { after: Some(2), limit: 2, ..query };
    assert_eq!(reader.recipients(page).await?, stored[3..5]);
    let skipped = RecipientQuery { state: Some("skipped"), ..query };
    assert_eq!(reader.recipients(skipped).await?, stored[4..7]);
    assert_eq!(reader.last_sent(&consumer(77), sample::time(20)).await?, Some(stored[2].clone()));
    assert_eq!(reader.last_sent(&consumer(77), sample::time(21)).await?, None);
    let mut transaction = store.write_campaigns(&account).await?;
    assert_eq!(transaction.retryable_recipients(id, 9).await?, []);
    Ok(())
}

/// Failed ones whose data is not deleted.
async fn retryable_recipients_are_found(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let (new, error) = (campaign(1, 5), ErrorKey::new("twilio".to_owned(), "30003".to_owned())?);
    let recipients = [1, 2, 3, 4].map(|number| recipient(number, &lane("1"), 7));
    add(store, &account, &new, &recipients, None).await?;
    let id = &new.ids.proactive;
    let mut transaction = store.write_campaigns(&account).await?;
    let mut changes = Vec::new();
    for number in 1..4 {
        let stored = transaction.recipient(id, number).await?.ok_or("missing")?;
        let recipient = Recipient::restore(RecipientState::Failed(error.clone()), 0, 5, 0);
        let after = StoredRecipient { recipient, ..stored };
        changes.push(RecipientChange { before: RecipientState::Waiting, after });
    }
    transaction.save_recipients(&changes).await?;
    transaction.commit().await?;
    store.erase_campaign_consumer(&account, &consumer(2)).await?;
    let mut transaction = store.write_campaigns(&account).await?;
    for (limit, expected) in [(9, &[2, 3][..]), (1, &[2])] {
        let found = transaction.retryable_recipients(id, limit).await?;
        assert_eq!(found.iter().map(|found| found.number).collect::<Vec<_>>(), expected);
    }
    Ok(())
}

/// In each turn longest due first, and no other lane.
async fn due_recipients_are_claimed_in_order(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let (one, two) = (lane("1"), lane("2"));
    let recipients = [
        recipient(1, &two, 99),
        recipient(2, &one, 30),
        recipient(3, &one, 10),
        recipient(4, &two, 10),
        recipient(5, &one, 20),
        recipient(6, &one, 99),
    ];
    add(store, &account, &campaign(1, 5), &recipients, None).await?;
    let mut transaction = store.write_campaigns(&account).await?;
    let due = transaction.due_recipients(&one, sample::time(30), 2).await?;
    assert_eq!(due.iter().map(|due| due.number).collect::<Vec<_>>(), [2, 4]);
    let due = transaction.due_recipients(&one, sample::time(30), 9).await?;
    assert_eq!(due.len(), 3);
    assert_eq!(transaction.due_recipients(&one, sample::time(30), 0).await?, []);
    assert_eq!(transaction.next_due(&one).await?, Some(sample::time(10)));
    assert_eq!(transaction.next_due(&lane("3")).await?, None);
    Ok(())
}

/// The first recipient of each campaign comes before all others, however long these have been due.
async fn campaigns_of_a_lane_take_turns(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let lane = lane("1");
    let large: Vec<_> = (1..=4).map(|number| recipient(number, &lane, number.into())).collect();
    let small = [recipient(5, &lane, 20), recipient(6, &lane, 21)];
    let single = [recipient(7, &lane, 30)];
    let (of_large, of_small, of_single) = (campaign(1, 5), campaign(2, 5), campaign(3, 5));
    add(store, &account, &of_large, &large, None).await?;
    add(store, &account, &of_small, &small, None).await?;
    add(store, &account, &of_single, &single, None).await?;
    let mut transaction = store.write_campaigns(&account).await?;
    let due = transaction.due_recipients(&lane, sample::time(30), 9).await?;
    let due: Vec<_> = due.iter().map(|due| (&due.campaign, due.number)).collect();
    let [large, small, single] =
        [of_large, of_small, of_single].map(|campaign| campaign.ids.proactive.clone());
    let expected =
        [(&large, 0), (&small, 0), (&single, 0), (&large, 1), (&large, 2), (&large, 3), (&small, 1)];
    assert_eq!(due, expected);
    let due = transaction.due_recipients(&lane, sample::time(30), 3).await?;
    assert_eq!(due.iter().map(|due| due.number).collect::<Vec<_>>(), [0, 0, 0]);
    Ok(())
}

async fn start_one(store: &dyn Store, account: &outbound_model::AccountId) -> Result<u32, StoreError> {
    let mut transaction = store.write_campaigns(account).await?;
    let due = transaction.due_recipients(&lane("1"), sample::time(30), 2).await?;
    let starts: Vec<_> = due
        .iter()
        .filter_map(|due| change(due, &Transition::Start).ok())
        .map(|mut change| {
            change.after.due_at = Some(sample::time(90));
            change
        })
        .collect();
    transaction.save_recipients(&starts).await?;
    transaction.commit().await?;
    Ok(u32::try_from(starts.len()).unwrap_or_default())
}

/// The counts are correct after any number of concurrent claims.
async fn concurrent_claims_return_each_recipient_once(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let new = campaign(1, 5);
    let recipients: Vec<_> = (1..=10).map(|number| recipient(number, &lane("1"), 9)).collect();
    add(store, &account, &new, &recipients, None).await?;
    let claims = join_all((0..8).map(async |_| start_one(store, &account).await)).await;
    let mut claimed: u32 = claims.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().sum();
    while claimed < 10 {
        claimed += start_one(store, &account).await?;
    }
    assert_eq!((claimed, start_one(store, &account).await?), (10, 0));
    let counts = store.read_campaigns(&account).campaign(&new.ids.proactive).await?.ok_or("missing")?.counts;
    assert_eq!(counts, RecipientCounts { in_flight: 10, ..RecipientCounts::default() });
    Ok(())
}

/// A locked recipient is changed by one transaction after the other.
async fn concurrent_changes_of_a_recipient_are_serialized(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let new = campaign(1, 5);
    add(store, &account, &new, &[recipient(1, &lane("1"), 9)], None).await?;
    let skip = async || {
        let mut transaction: Box<dyn CampaignTransaction> = store.write_campaigns(&account).await?;
        let stored = transaction.recipients_of(&[TransactionId::from_bytes([1; 16])]).await?;
        let changes: Vec<_> = stored
            .iter()
            .filter_map(|one| change(one, &Transition::Skip(SkipReason::OptedOut)).ok())
            .collect();
        transaction.save_recipients(&changes).await?;
        transaction.commit().await?;
        Ok::<_, StoreError>(changes.len())
    };
    let skipped = join_all((0..6).map(|_| skip())).await.into_iter().collect::<Result<Vec<_>, _>>()?;
    assert_eq!(skipped.into_iter().sum::<usize>(), 1);
    let counts = store.read_campaigns(&account).campaign(&new.ids.proactive).await?.ok_or("missing")?.counts;
    assert_eq!(counts, RecipientCounts { skipped: 1, ..RecipientCounts::default() });
    Ok(())
}

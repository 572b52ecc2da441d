//! Leases of lanes.

use std::slice;

use outbound_model::AccountId;

use super::super::Outcome;
use super::{add, campaign, lane, recipient, sample};
use crate::{Lane, LaneId, LaneLease, RecipientQuery, Store, StoreError};

behaviours! {
    a_lane_is_leased_to_one_owner,
    due_lanes_of_accounts_are_left_out,
    a_lane_is_scheduled_blocked_and_paused,
    a_lane_is_rescheduled,
    sending_is_held_until_it_is_permitted,
}

fn lease(owner: &str, now: i64, until: i64) -> LaneLease<'_> {
    LaneLease { owner, now: sample::time(now), until: sample::time(until) }
}

async fn due(store: &dyn Store, owner: &str, now: i64) -> Result<Vec<(AccountId, LaneId)>, StoreError> {
    store.due_lanes(owner, sample::time(now), &[], 10).await
}

/// Until the lease ends, or the owner gives it up. Lanes that are not due are not leased.
async fn a_lane_is_leased_to_one_owner(store: &dyn Store) -> Outcome {
    let (account, other) = (sample::account(store, "A").await?, sample::account(store, "B").await?);
    let recipients = [recipient(1, &lane("1"), 8), recipient(2, &lane("2"), 9), recipient(3, &lane("3"), 50)];
    add(store, &account, &campaign(1, 5), &recipients, None).await?;
    add(store, &other, &campaign(1, 5), &[recipient(1, &lane("1"), 7)], None).await?;
    let all = [(other, lane("1")), (account.clone(), lane("1")), (account.clone(), lane("2"))];
    store.lease_lanes(lease("x", 10, 40), 2).await?;
    store.lease_lanes(lease("y", 10, 30), 9).await?;
    assert_eq!(due(store, "x", 11).await?, all[..2]);
    assert_eq!(due(store, "y", 11).await?, all[2..]);
    assert_eq!(due(store, "x", 40).await?, []);

    store.renew_leases(lease("y", 29, 60)).await?;
    store.lease_lanes(lease("z", 40, 70), 9).await?;
    assert_eq!(
        (due(store, "z", 41).await?, due(store, "y", 41).await?),
        (all[..2].to_vec(), all[2..].to_vec())
    );
    // A lease that has ended is not renewed.
    store.renew_leases(lease("x", 41, 99)).await?;
    assert_eq!(due(store, "x", 41).await?, []);
    store.release_lanes("z").await?;
    store.lease_lanes(lease("y", 41, 99), 9).await?;
    assert_eq!(due(store, "y", 42).await?, all);
    Ok(())
}

/// They do not count towards the limit, however many they are.
async fn due_lanes_of_accounts_are_left_out(store: &dyn Store) -> Outcome {
    let (account, other) = (sample::account(store, "A").await?, sample::account(store, "B").await?);
    let recipients = [recipient(1, &lane("1"), 7), recipient(2, &lane("2"), 8)];
    add(store, &account, &campaign(1, 5), &recipients, None).await?;
    add(store, &other, &campaign(1, 5), &[recipient(1, &lane("1"), 9)], None).await?;
    store.lease_lanes(lease("x", 10, 40), 9).await?;
    let of_a = [(account.clone(), lane("1")), (account.clone(), lane("2"))];
    let due_except = async |except: &[AccountId]| store.due_lanes("x", sample::time(11), except, 2).await;
    assert_eq!(due_except(&[]).await?, of_a);
    assert_eq!(due_except(slice::from_ref(&account)).await?, [(other.clone(), lane("1"))]);
    assert_eq!(due_except(slice::from_ref(&other)).await?, of_a);
    assert_eq!(due_except(&[account, other]).await?, []);
    Ok(())
}

/// A paused lane is due like others, because its campaigns end. New recipients make a lane due earlier, never later.
async fn a_lane_is_scheduled_blocked_and_paused(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let id = lane("1");
    add(store, &account, &campaign(1, 5), &[recipient(1, &id, 20)], None).await?;
    let save = async |paused: Option<&str>, due_at: Option<i64>| {
        let mut transaction = store.write_campaigns(&account).await?;
        let stored = transaction.lane(&id).await?.ok_or("missing")?;
        let changed = Lane {
            rate: 80,
            due_at: due_at.map(sample::time),
            blocked_until: Some(sample::time(3)),
            paused_reason: paused.map(ToOwned::to_owned),
            claims: stored.claims + 1,
            ..stored
        };
        transaction.save_lane(&changed).await?;
        transaction.commit().await?;
        let lanes = store.read_campaigns(&account).lanes().await?;
        assert_eq!(lanes, [changed]);
        Ok::<_, Box<dyn std::error::Error>>(())
    };
    save(Some("wrong password"), Some(20)).await?;
    store.lease_lanes(lease("x", 30, 60), 9).await?;
    assert_eq!(due(store, "x", 31).await?, [(account.clone(), id.clone())]);
    store.release_lanes("x").await?;
    save(None, None).await?;
    store.lease_lanes(lease("x", 30, 60), 9).await?;
    assert_eq!(due(store, "x", 31).await?, []);
    for (number, second, expected) in [(2, 40, 40), (3, 50, 40), (4, 25, 25)] {
        add(store, &account, &campaign(number, 5), &[recipient(number, &id, second)], None).await?;
        let lanes = store.read_campaigns(&account).lanes().await?;
        assert_eq!((lanes[0].due_at, lanes[0].rate), (Some(sample::time(expected)), 80));
    }
    store.lease_lanes(lease("x", 30, 60), 9).await?;
    assert_eq!(due(store, "x", 31).await?, [(account, id)]);
    Ok(())
}

/// Recipients that wait for a later time are due at once; others stay as they are.
async fn a_lane_is_rescheduled(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    let (id, other) = (lane("1"), lane("2"));
    let recipients = [recipient(1, &id, 20), recipient(2, &id, 90), recipient(3, &other, 90)];
    let new = campaign(1, 5);
    add(store, &account, &new, &recipients, None).await?;
    let mut transaction = store.write_campaigns(&account).await?;
    let stored = transaction.lane(&id).await?.ok_or("missing")?;
    transaction.save_lane(&Lane { due_at: Some(sample::time(90)), ..stored }).await?;
    transaction.commit().await?;
    let mut transaction = store.write_campaigns(&account).await?;
    transaction.reschedule_lane(&id, sample::time(30)).await?;
    transaction.commit().await?;
    let reader = store.read_campaigns(&account);
    let query = RecipientQuery { campaign: &new.ids.proactive, state: None, after: None, limit: 10 };
    let due: Vec<_> = reader.recipients(query).await?.into_iter().map(|one| one.due_at).collect();
    assert_eq!(due, [20, 30, 90].map(|second| Some(sample::time(second))));
    let lanes = reader.lanes().await?;
    assert_eq!(lanes.iter().find(|one| one.id == id).and_then(|one| one.due_at), Some(sample::time(30)));
    Ok(())
}

/// The hold applies to the whole installation.
async fn sending_is_held_until_it_is_permitted(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    assert_eq!(store.sending_hold(sample::time(9)).await?, crate::SendingHold::default());
    add(store, &account, &campaign(1, 5), &[recipient(1, &lane("1"), 9)], None).await?;
    store.record_sending(sample::time(5)).await?;
    store.hold_sending(Some(sample::time(9))).await?;
    let hold = store.sending_hold(sample::time(9)).await?;
    assert_eq!((hold.seen_at, hold.held_at), (Some(sample::time(5)), Some(sample::time(9))));
    assert!(!hold.is_overdue);
    assert!(store.sending_hold(sample::time(10)).await?.is_overdue);
    store.hold_sending(None).await?;
    assert_eq!(store.sending_hold(sample::time(9)).await?.held_at, None);
    Ok(())
}

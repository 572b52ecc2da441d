//! Deletion of old messages and of addresses without messages.

use std::error::Error;

use outbound_model::AccountId;
use outbound_reporting::{App, EnabledChannels, Filters, Grouping, HOUR, TransactionId};

use super::super::{Outcome, sample};
use super::traffic::{self, Model, time};
use crate::{Consumer, ConsumerKey, HourDifference, NewEvent, Store};

behaviours! {
    addresses_are_deleted_with_the_last_message,
    old_messages_are_deleted_with_their_totals,
}

/// The traffic spans the end of a month. What was attempted before is deleted with its totals, and the rest is
/// unchanged.
async fn old_messages_are_deleted_with_their_totals(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    traffic::prepare(store).await?;
    let events = traffic::events(200)?;
    let shift = |mut event: outbound_reporting::Event| {
        event.attempted_at = event.attempted_at.plus_millis(24 * HOUR);
        event.time = event.time.plus_millis(24 * HOUR);
        event
    };
    // Two hours before and after 1 October.
    let events: Vec<_> = events.into_iter().map(shift).collect();
    traffic::record(store, &account, &events, 500).await?;
    let october = time(26 * HOUR);
    store.maintain_storage(october, october).await?;
    // Whole days are deleted, so that the totals of the first kept day are complete.
    let first_kept = time(27 * HOUR + 5 * 60_000 + 1);
    while store.delete_transactions(&account, first_kept, 10).await? > 0 {}
    for hour in 0..48 {
        let hour = (traffic::START + 26 * HOUR) / HOUR + hour;
        assert_eq!(store.audit_hour(&account, hour, false).await?, HourDifference::default());
    }

    let filters = Filters::none(EnabledChannels::All);
    let all = time(0)..time(60 * HOUR);
    let model = Model::of(&account, &events);
    for app in App::ALL {
        let kept = model.analytics(*app, &(october..all.end), &filters, Grouping::default());
        assert!(!kept.is_empty());
        assert_eq!(traffic::analytics(store, &account, *app, all.clone(), &filters).await?, kept);
        let ids = TransactionId::range(all.start, all.end);
        let kept = model.transactions(*app, &TransactionId::range(october, all.end), &filters);
        assert_eq!(traffic::transactions(store, &account, *app, &ids, &filters, 1000).await?, kept);
    }
    Ok(())
}

/// An address is kept as long as any message to it, in whatever order and batches the messages were recorded.
async fn addresses_are_deleted_with_the_last_message(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    traffic::prepare(store).await?;
    // The first day ends after two hours.
    let (first, second) = (HOUR, 3 * HOUR);
    let batches: [&[(u8, i64)]; 3] =
        [&[(1, first), (2, first)], &[(2, second), (3, second), (4, second), (4, first)], &[(2, first)]];
    for (number, batch) in batches.iter().enumerate() {
        record_to(store, &account, 10 * number, batch).await?;
    }
    assert_eq!(addresses(store, &account).await?, [1, 2, 3, 4]);

    while store.delete_transactions(&account, time(second), 1).await? > 0 {}
    assert_eq!(addresses(store, &account).await?, [2, 3, 4]);

    record_to(store, &account, 100, &[(1, second), (2, 27 * HOUR)]).await?;
    assert_eq!(addresses(store, &account).await?, [1, 2, 3, 4]);
    while store.delete_transactions(&account, time(27 * HOUR), 1).await? > 0 {}
    assert_eq!(addresses(store, &account).await?, [2]);
    assert!(store.has_consumers(&account).await?);
    while store.delete_transactions(&account, time(80 * HOUR), 1).await? > 0 {}
    assert!(!store.has_consumers(&account).await?);
    Ok(())
}

/// Records a message to each consumer, with the time of its attempt after the start.
async fn record_to(
    store: &dyn Store,
    account: &AccountId,
    first_number: usize,
    messages: &[(u8, i64)],
) -> Outcome {
    let mut events = Vec::new();
    for (place, (byte, millis)) in messages.iter().enumerate() {
        let mut event = traffic::attempted(first_number + place)?;
        (event.attempted_at, event.time) = (time(*millis), time(*millis));
        events.push((event, *byte));
    }
    let consumer = |byte: u8| Consumer { key: ConsumerKey([byte; 16]), sealed_address: vec![byte; 20] };
    let new = events.iter().map(|(event, byte)| NewEvent {
        id: traffic::id(account, event),
        event,
        consumer: Some(consumer(*byte)),
    });
    let new: Vec<_> = new.collect();
    store.record_events(account, &new).await?;
    Ok(())
}

/// The stored addresses, which consist of one repeated byte, in order.
async fn addresses(store: &dyn Store, account: &AccountId) -> Result<Vec<u8>, Box<dyn Error>> {
    let numbers: Vec<_> = (0..1000).collect();
    let stored = store.sealed_addresses(account, &numbers).await?;
    let mut bytes: Vec<_> = stored.into_iter().filter_map(|(_, sealed)| sealed.first().copied()).collect();
    bytes.sort_unstable();
    Ok(bytes)
}

//! Consumers and their addresses.

use outbound_reporting::{App, EnabledChannels, Filters, HOUR, TransactionId};

use super::super::{Outcome, sample};
use super::traffic::{self, time};
use crate::{Consumer, ConsumerKey, NewEvent, RecordOutcome, Store, TransactionQuery};

behaviours! {
    an_erased_address_is_not_stored_again,
    an_erased_consumer_leaves_every_count,
}

/// Events that are recorded again do not store an erased address again, even if a new event is recorded with them.
async fn an_erased_address_is_not_stored_again(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    traffic::prepare(store).await?;
    let events = [traffic::attempted(1)?, traffic::attempted(2)?];
    let consumer = |byte: u8| Consumer { key: ConsumerKey([byte; 16]), sealed_address: vec![byte; 20] };
    let new =
        |event, byte| NewEvent { id: traffic::id(&account, event), event, consumer: Some(consumer(byte)) };
    let both = [new(&events[0], 1), new(&events[1], 2)];
    store.record_events(&account, &both[..1]).await?;
    assert!(store.erase_consumer(&account, &ConsumerKey([1; 16])).await?);
    let outcomes = store.record_events(&account, &both).await?;
    assert_eq!(outcomes, [RecordOutcome::Duplicate, RecordOutcome::Recorded]);
    let numbers: Vec<_> = (0..100).collect();
    let stored = store.sealed_addresses(&account, &numbers).await?;
    assert_eq!(stored.into_iter().map(|(_, sealed)| sealed).collect::<Vec<_>>(), [vec![2; 20]]);
    Ok(())
}

/// The address disappears; messages and totals stay. A later message of the same address has a new consumer.
async fn an_erased_consumer_leaves_every_count(store: &dyn Store) -> Outcome {
    let account = sample::account(store, "A").await?;
    traffic::prepare(store).await?;
    let consumer = |byte: u8| Consumer { key: ConsumerKey([byte; 16]), sealed_address: vec![byte; 20] };
    let events = (1..4).map(traffic::attempted).collect::<Result<Vec<_>, _>>()?;
    let new =
        |event, byte| NewEvent { id: traffic::id(&account, event), event, consumer: Some(consumer(byte)) };
    store.record_events(&account, &[new(&events[0], 1), new(&events[1], 2)]).await?;
    let filters = Filters::none(EnabledChannels::All);
    let interval = time(-HOUR)..time(5 * HOUR);
    let before = traffic::analytics(store, &account, App::Proactive, interval.clone(), &filters).await?;
    let numbers = numbers(store, &account).await?;
    assert_eq!(numbers.len(), 2);
    assert_eq!(store.sealed_addresses(&account, &numbers).await?.len(), 2);

    assert!(store.erase_consumer(&account, &ConsumerKey([1; 16])).await?);
    assert!(!store.erase_consumer(&account, &ConsumerKey([1; 16])).await?);
    let left = store.sealed_addresses(&account, &numbers).await?;
    assert_eq!(left.into_iter().map(|(_, sealed)| sealed).collect::<Vec<_>>(), [vec![2; 20]]);
    assert_eq!(traffic::analytics(store, &account, App::Proactive, interval, &filters).await?, before);

    store.record_events(&account, &[new(&events[2], 1)]).await?;
    let now = self::numbers(store, &account).await?;
    assert_eq!(now.len(), 3);
    assert_eq!(store.sealed_addresses(&account, &now).await?.len(), 2);
    Ok(())
}

async fn numbers(
    store: &dyn Store,
    account: &outbound_model::AccountId,
) -> Result<Vec<i64>, Box<dyn std::error::Error>> {
    let filters = Filters::none(EnabledChannels::All);
    let ids = TransactionId::range(time(-HOUR), time(5 * HOUR));
    let query = TransactionQuery { app: App::Proactive, ids, filters: &filters, offset: 0, limit: 100 };
    let mut numbers: Vec<_> =
        store.transactions(account, &query).await?.into_iter().filter_map(|row| row.consumer).collect();
    numbers.sort_unstable();
    numbers.dedup();
    Ok(numbers)
}

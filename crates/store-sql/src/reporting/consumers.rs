//! Consumers of recorded messages: their numbers, encrypted addresses, and last days with a message.

use std::collections::{BTreeMap, BTreeSet};

use outbound_store::{Consumer, ConsumerKey, NewEvent, StoreError};

use super::HOURS_OF_DAY;
use super::connection::ReportingConnection;
use super::row::TransactionRow;
use super::statements as sql;
use crate::bulk_insert::BulkInsert;
use crate::lookup::Keys;

/// Consumers that are stored.
#[derive(Debug, Default)]
pub(super) struct StoredConsumers {
    pub(super) numbers: BTreeMap<ConsumerKey, i64>,
    /// The last day (days since 1970) with a message, by number.
    pub(super) last_days: BTreeMap<i64, i64>,
}

/// The stored consumers with these keys.
pub(super) async fn stored_consumers(
    transaction: &mut ReportingConnection,
    keys: &BTreeSet<ConsumerKey>,
) -> Result<StoredConsumers, StoreError> {
    let keys: Vec<&[u8]> = keys.iter().map(|key| key.0.as_slice()).collect();
    if keys.is_empty() {
        return Ok(StoredConsumers::default());
    }
    let rows: Vec<(Vec<u8>, i64, i64)> = transaction.lookup(sql::CONSUMER_BY_KEY, Keys::Bytes(&keys)).await?;
    let mut stored = StoredConsumers::default();
    for (bytes, number, last_day) in rows {
        let key = bytes.as_slice().try_into().map(ConsumerKey);
        let key = key.map_err(|_| StoreError::Corrupt("a consumer key of another length".to_owned()))?;
        stored.numbers.insert(key, number);
        stored.last_days.insert(number, last_day);
    }
    Ok(stored)
}

/// The last day of attempt (days since 1970) of each consumer of the rows, by number.
pub(super) fn last_days(rows: &[TransactionRow]) -> BTreeMap<i64, i64> {
    let mut last_days = BTreeMap::new();
    for row in rows {
        if let Some(number) = row.consumer {
            let day = row.id.attempted_hour().div_euclid(HOURS_OF_DAY);
            let last = last_days.entry(number).or_insert(day);
            *last = day.max(*last);
        }
    }
    last_days
}

/// Inserts the new consumers of the events whose numbers are used, with their last days.
pub(super) async fn add_consumers(
    transaction: &mut ReportingConnection,
    events: &[NewEvent<'_>],
    new: &BTreeMap<ConsumerKey, i64>,
    last_days: &BTreeMap<i64, i64>,
) -> Result<(), StoreError> {
    let consumers = events.iter().filter_map(|event| event.consumer.as_ref());
    let rows = consumers.filter_map(|consumer| {
        let number = *new.get(&consumer.key)?;
        Some((number, (consumer, *last_days.get(&number)?)))
    });
    let rows: BTreeMap<i64, (&Consumer, i64)> = rows.collect();
    if rows.is_empty() {
        return Ok(());
    }
    let insert = BulkInsert::by_number("consumers", rows.len())
        .int("consumer_no", rows.keys().copied())
        .bytes("consumer_key", rows.values().map(|(consumer, _)| consumer.key.0.as_slice()))
        .bytes("sealed_address", rows.values().map(|(consumer, _)| consumer.sealed_address.as_slice()))
        .int("last_day", rows.values().map(|(_, last_day)| *last_day));
    transaction.insert(&[insert]).await.map(drop)
}

/// Raises the last days of stored consumers that have a message on a later day, which keeps their addresses. Most
/// batches change none. Returns `false` if one of these consumers was deleted since it was read, because the message
/// needs a new one.
pub(super) async fn raise_last_days(
    transaction: &mut ReportingConnection,
    stored: &BTreeMap<i64, i64>,
    last_days: &BTreeMap<i64, i64>,
) -> Result<bool, StoreError> {
    let later =
        last_days.iter().filter(|(number, day)| stored.get(*number).is_some_and(|stored| stored < *day));
    let numbers: Vec<i64> = later.map(|(number, _)| *number).collect();
    if numbers.is_empty() {
        return Ok(true);
    }
    let locked: Vec<(i64, i64)> =
        transaction.all_per_engine(sql::LOCK_CONSUMERS, &[numbers.as_slice().into()]).await?;
    if locked.len() < numbers.len() {
        return Ok(false);
    }
    let mut by_day: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for (number, stored) in locked {
        // Another node may have raised it to the same or a later day.
        if let Some(day) = last_days.get(&number).filter(|day| **day > stored) {
            by_day.entry(*day).or_default().push(number);
        }
    }
    for (day, numbers) in &by_day {
        let args = [(*day).into(), numbers.as_slice().into()];
        transaction.execute_per_engine(sql::RAISE_LAST_DAY, &args).await?;
    }
    Ok(true)
}

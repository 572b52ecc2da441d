//! Records events: reads the rows of their transactions, applies the events, and writes the rows together with
//! the difference of the totals.

use std::collections::{BTreeMap, BTreeSet};

use outbound_model::AccountId;
use outbound_reporting::{Occurrence, Transaction, TransactionId, apply};
use outbound_store::{ConsumerKey, NewEvent, RecordOutcome, StoreError};

use super::connection::{AccountNumber, ReportingConnection};
use super::consumers::{StoredConsumers, add_consumers, last_days, raise_last_days, stored_consumers};
use super::convert::{attempt_values, derived_errors, error_value};
use super::row::{self, TransactionRow, corrupt};
use super::statements as sql;
use super::totals::Totals;
use super::values::{Value, Values};
use crate::SqlStore;
use crate::lookup::Keys;

/// How often a batch is retried whose rows were changed by other writers in the meantime. Each retry means that
/// another writer has committed, so this many in a row are very unlikely.
pub(super) const MAX_TRIES: usize = 20;

impl SqlStore {
    pub(super) async fn record(
        &self,
        account: &AccountId,
        events: &[NewEvent<'_>],
    ) -> Result<Vec<RecordOutcome>, StoreError> {
        if events.is_empty() {
            return Ok(Vec::new());
        }
        let number = self.new_reporting_account(account).await?;
        for _ in 0..MAX_TRIES {
            if let Some(outcomes) = self.try_record(account, number, events).await? {
                return Ok(outcomes);
            }
        }
        Err(StoreError::Busy("other writers keep changing the same transactions".into()))
    }

    /// Returns `None` if another writer has changed one of the rows, or deleted a consumer.
    async fn try_record(
        &self,
        account: &AccountId,
        number: AccountNumber,
        events: &[NewEvent<'_>],
    ) -> Result<Option<Vec<RecordOutcome>>, StoreError> {
        let mut transaction = self.reporting_transaction(account, number).await?;
        let mut batch = Batch::load(self, &mut transaction, events).await?;
        let mut outcomes: Vec<_> = events.iter().map(|event| batch.apply(event)).collect();
        for (outcome, event) in outcomes.iter_mut().zip(events) {
            if *outcome == RecordOutcome::Recorded && batch.is_attempt_missing(event.id) {
                *outcome = RecordOutcome::AttemptMissing;
            }
        }
        let (mut changed, mut totals) = (Vec::new(), Totals::default());
        for state in batch.states.values().filter(|state| state.changed) {
            let after = state.row(&batch.values)?;
            totals.add_change(&state.before, &after);
            changed.push(after);
        }
        if !changed.is_empty() {
            let written = transaction.insert(&[row::write(&changed)]).await?;
            if usize::try_from(written) != Ok(changed.len()) {
                return Ok(None);
            }
            let last_days = last_days(&changed);
            add_consumers(&mut transaction, events, &batch.new_consumers, &last_days).await?;
            if !raise_last_days(&mut transaction, &batch.last_days, &last_days).await? {
                return Ok(None);
            }
            totals.write(&mut transaction).await?;
        }
        transaction.commit().await?;
        self.values.add(number, &batch.values.into_fresh());
        Ok(Some(outcomes))
    }
}

/// The rows and values that a batch of events needs.
struct Batch {
    values: Values,
    consumers: BTreeMap<ConsumerKey, i64>,
    /// The stored last days of those that are stored, by number.
    last_days: BTreeMap<i64, i64>,
    /// Those consumers that are not stored. Only those of changed messages are added, because another process may
    /// have recorded the others and then erased them.
    new_consumers: BTreeMap<ConsumerKey, i64>,
    states: BTreeMap<TransactionId, State>,
}

/// A transaction while events are applied.
struct State {
    /// As stored, or a new row.
    before: TransactionRow,
    transaction: Transaction,
    consumer: Option<i64>,
    changed: bool,
}

impl State {
    fn new(row: TransactionRow, values: &Values) -> Result<Self, StoreError> {
        let transaction = row.transaction(values)?;
        Ok(Self { transaction, consumer: row.consumer, before: row, changed: false })
    }

    fn row(&self, values: &Values) -> Result<TransactionRow, StoreError> {
        let row = self.before.changed(&self.transaction, self.consumer, values);
        row.ok_or_else(|| corrupt(self.before.id, "a value without a number"))
    }
}

impl Batch {
    async fn load(
        store: &SqlStore,
        transaction: &mut ReportingConnection,
        events: &[NewEvent<'_>],
    ) -> Result<Self, StoreError> {
        let cache = &store.values;
        let mut values = Values::default();
        let missing = values.load(cache, transaction, needed_values(events).chain(derived_errors())).await?;
        let keys: BTreeSet<_> =
            events.iter().filter_map(|event| Some(event.consumer.as_ref()?.key)).collect();
        let mut known = stored_consumers(transaction, &keys).await?;
        let mut new_consumers = BTreeMap::new();
        if !missing.is_empty() || known.numbers.len() < keys.len() {
            let count = i64::try_from(missing.len() + keys.len() - known.numbers.len()).unwrap_or(i64::MAX);
            let reserved = transaction.optional(sql::RESERVE_NUMBERS, &[count.into()]).await?;
            let (last,): (i64,) =
                reserved.ok_or_else(|| StoreError::Corrupt("an account without a counter".to_owned()))?;
            let first_value = last - count + 1;
            let first_consumer = first_value + i64::try_from(missing.len()).unwrap_or(0);
            values.add(cache, transaction, missing, first_value).await?;
            // Another node may have added some before the counter was locked.
            known = stored_consumers(transaction, &keys).await?;
            let unknown = keys.iter().filter(|key| !known.numbers.contains_key(key)).copied();
            new_consumers = unknown.zip(first_consumer..).collect();
            known.numbers.extend(&new_consumers);
        }
        let ids: BTreeSet<_> = events.iter().map(|event| event.id).collect();
        let keys: Vec<&[u8]> = ids.iter().map(|id| id.as_bytes().as_slice()).collect();
        let stored: Vec<TransactionRow> =
            transaction.lookup(sql::TRANSACTION_BY_ID, Keys::Bytes(&keys)).await?;
        values
            .load_numbers(cache, transaction, stored.iter().flat_map(TransactionRow::value_numbers))
            .await?;
        let mut rows: BTreeMap<_, _> = ids.iter().map(|id| (*id, TransactionRow::new(*id))).collect();
        rows.extend(stored.into_iter().map(|row| (row.id, row)));
        let states = rows.into_iter().map(|(id, row)| Ok((id, State::new(row, &values)?)));
        let states = states.collect::<Result<_, StoreError>>()?;
        let StoredConsumers { numbers: consumers, last_days } = known;
        Ok(Self { values, consumers, last_days, new_consumers, states })
    }

    fn apply(&mut self, new: &NewEvent<'_>) -> RecordOutcome {
        let missing = needed_values(std::slice::from_ref(new))
            .find(|(kind, value)| self.values.number(*kind, value).is_none());
        if let Some((kind, _)) = missing {
            return RecordOutcome::TooManyValues(kind);
        }
        let Some(state) = self.states.get_mut(&new.id) else { return RecordOutcome::Duplicate };
        let transaction = apply(state.transaction.clone(), new.event);
        let consumer = new.consumer.as_ref().and_then(|consumer| self.consumers.get(&consumer.key).copied());
        // Of two consumers the one with the smaller number is kept, so the order of the events does not matter.
        let consumer = state.consumer.into_iter().chain(consumer).min();
        if transaction == state.transaction && consumer == state.consumer {
            return RecordOutcome::Duplicate;
        }
        (state.transaction, state.consumer, state.changed) = (transaction, consumer, true);
        RecordOutcome::Recorded
    }

    fn is_attempt_missing(&self, id: TransactionId) -> bool {
        self.states.get(&id).is_some_and(|state| state.transaction.attempt.is_none())
    }
}

/// The values that the events need, with repetitions.
fn needed_values<'e>(events: &'e [NewEvent<'e>]) -> impl Iterator<Item = Value> + 'e {
    events.iter().flat_map(|event| -> Box<dyn Iterator<Item = Value> + Send + 'e> {
        match &event.event.occurrence {
            Occurrence::Attempted { attempt, .. } => Box::new(attempt_values(attempt)),
            Occurrence::Failed(error) => Box::new(std::iter::once(error_value(error))),
            _ => Box::new(std::iter::empty()),
        }
    })
}

//! The strings that transactions refer to by number. They are never changed or deleted, so they are kept in
//! memory.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use outbound_model::AccountId;
use outbound_store::{StoreError, ValueKind};

use super::codes::{Code, NONE};
use super::connection::{AccountNumber, ReportingConnection};
use super::statements as sql;
use crate::bulk_insert::BulkInsert;
use crate::lookup::Keys;

/// The maximum number of values and accounts in the cache, some 20 MB. It is emptied when it is full.
const MAX_CACHED: usize = 100_000;

/// A value of an account.
pub(super) type Value = (ValueKind, Arc<str>);

/// The values of all accounts that were read or written recently.
#[derive(Debug, Default)]
pub(crate) struct ValueCache(Mutex<Cached>);

#[derive(Debug, Default)]
struct Cached {
    accounts: HashMap<AccountId, i64>,
    numbers: HashMap<AccountNumber, HashMap<Value, i64>>,
    values: HashMap<(AccountNumber, i64), Value>,
}

impl ValueCache {
    fn lock(&self) -> MutexGuard<'_, Cached> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn account(&self, account: &AccountId) -> Option<i64> {
        self.lock().accounts.get(account).copied()
    }

    pub(super) fn add_account(&self, account: &AccountId, number: i64) {
        self.lock().make_room().accounts.insert(account.clone(), number);
    }

    /// Adds values that are committed.
    pub(super) fn add(&self, account: AccountNumber, values: &[(Value, i64)]) {
        for (value, number) in values {
            let mut cached = self.lock();
            let cached = cached.make_room();
            cached.numbers.entry(account).or_default().insert(value.clone(), *number);
            cached.values.insert((account, *number), value.clone());
        }
    }
}

impl Cached {
    fn make_room(&mut self) -> &mut Self {
        if self.values.len() + self.accounts.len() >= MAX_CACHED {
            *self = Self::default();
        }
        self
    }
}

/// The values that one transaction or query needs.
#[derive(Debug, Default)]
pub(super) struct Values {
    by_value: HashMap<Value, i64>,
    by_number: HashMap<i64, Arc<str>>,
    /// Read or written by this transaction, to be added to the cache after the commit.
    fresh: Vec<(Value, i64)>,
}

impl Values {
    /// The number of a value, if it has one.
    pub(super) fn number(&self, kind: ValueKind, value: &str) -> Option<i64> {
        self.by_value.get(&(kind, value.into())).copied()
    }

    /// The value of a number.
    pub(super) fn value(&self, number: i64) -> Result<&str, StoreError> {
        let value = self.by_number.get(&number).map(AsRef::as_ref);
        value.ok_or_else(|| StoreError::Corrupt(format!("there is no reporting value {number}")))
    }

    /// What to add to the cache.
    pub(super) fn into_fresh(self) -> Vec<(Value, i64)> {
        self.fresh
    }

    fn insert(&mut self, value: Value, number: i64) {
        self.by_number.insert(number, Arc::clone(&value.1));
        self.by_value.insert(value, number);
    }

    fn insert_fresh(&mut self, value: Value, number: i64) {
        self.fresh.push((value.clone(), number));
        self.insert(value, number);
    }

    /// Loads the values of `numbers`.
    pub(super) async fn load_numbers(
        &mut self,
        cache: &ValueCache,
        connection: &mut ReportingConnection,
        numbers: impl IntoIterator<Item = i64>,
    ) -> Result<(), StoreError> {
        let mut missing = BTreeSet::new();
        {
            let cached = cache.lock();
            for number in numbers {
                if number == NONE || self.by_number.contains_key(&number) {
                    continue;
                }
                match cached.values.get(&(connection.account(), number)) {
                    Some(value) => self.insert(value.clone(), number),
                    None => drop(missing.insert(number)),
                }
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        let missing: Vec<_> = missing.into_iter().collect();
        let args = [missing.as_slice().into()];
        let found: Vec<(i64, i64, String)> = connection.all_per_engine(sql::VALUES_BY_NUMBER, &args).await?;
        for (number, kind, value) in found {
            self.insert_fresh((ValueKind::from_code(kind)?, value.into()), number);
        }
        Ok(())
    }

    /// Loads the numbers of `values`, and returns the values that have none.
    pub(super) async fn load(
        &mut self,
        cache: &ValueCache,
        connection: &mut ReportingConnection,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Vec<Value>, StoreError> {
        let mut unknown = BTreeSet::new();
        {
            let cached = cache.lock();
            let numbers = cached.numbers.get(&connection.account());
            for value in values {
                match numbers.and_then(|numbers| numbers.get(&value)) {
                    Some(number) => self.insert(value, *number),
                    None => drop(unknown.insert(value)),
                }
            }
        }
        for (kind, lookup) in ValueKind::ALL.into_iter().zip(sql::NUMBERS_OF_VALUES) {
            let keys: Vec<&str> =
                unknown.iter().filter(|(of, _)| *of == kind).map(|(_, value)| &**value).collect();
            if keys.is_empty() {
                continue;
            }
            let found: Vec<(String, i64)> = connection.lookup(lookup, Keys::Text(&keys)).await?;
            for (value, number) in found {
                self.insert_fresh((kind, value.into()), number);
            }
        }
        unknown.retain(|value| !self.by_value.contains_key(value));
        Ok(unknown.into_iter().collect())
    }

    /// Gives numbers from `first` on to values that have none, up to the maximum of each kind. The account's
    /// counter must be locked.
    pub(super) async fn add(
        &mut self,
        cache: &ValueCache,
        connection: &mut ReportingConnection,
        missing: Vec<Value>,
        first: i64,
    ) -> Result<(), StoreError> {
        // Another node may have added some before the counter was locked.
        let missing = self.load(cache, connection, missing).await?;
        let mut rows = Vec::new();
        for kind in ValueKind::ALL {
            let of_kind = missing.iter().filter(|(of, _)| *of == kind);
            if of_kind.clone().next().is_none() {
                continue;
            }
            let room = match kind.maximum() {
                None => usize::MAX,
                Some(maximum) => {
                    let stored = connection.optional(sql::COUNT_VALUES, &[kind.code().into()]).await?;
                    usize::try_from(maximum - stored.map_or(0, |(count,)| count)).unwrap_or_default()
                }
            };
            rows.extend(of_kind.take(room).cloned().zip(first + i64::try_from(rows.len()).unwrap_or(0)..));
        }
        if rows.is_empty() {
            return Ok(());
        }
        connection.insert(&[insert(&rows)]).await?;
        for (value, number) in rows {
            self.insert_fresh(value, number);
        }
        Ok(())
    }
}

fn insert(rows: &[(Value, i64)]) -> BulkInsert<'_> {
    BulkInsert::by_number("reporting_values", rows.len())
        .int("kind", rows.iter().map(|((kind, _), _)| kind.code()))
        .text("value", rows.iter().map(|((_, value), _)| &**value))
        .int("value_no", rows.iter().map(|(_, number)| *number))
}

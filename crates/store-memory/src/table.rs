//! Rows by key, as PostgreSQL isolates them (read committed): a transaction sees what is committed and its own changes,
//! and locks the rows that it changes.

use std::collections::BTreeMap;

/// A row is locked by another transaction, which has this number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Blocked(pub(crate) u64);

/// A table.
pub(crate) struct Table<K, V> {
    committed: BTreeMap<K, V>,
    /// Rows that open transactions have changed; `None` for deleted ones. Each is locked.
    changed: BTreeMap<K, Option<V>>,
    /// The transactions that lock rows.
    locks: BTreeMap<K, u64>,
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self { committed: BTreeMap::new(), changed: BTreeMap::new(), locks: BTreeMap::new() }
    }
}

impl<K: Clone + Ord, V> Table<K, V> {
    /// The committed row.
    pub(crate) fn committed(&self, key: &K) -> Option<&V> {
        self.committed.get(key)
    }

    /// All committed rows, in the order of their keys.
    pub(crate) fn all_committed(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.committed.iter()
    }

    /// The row as a transaction sees it.
    pub(crate) fn get(&self, transaction: u64, key: &K) -> Option<&V> {
        if self.is_changed_by(transaction, key) {
            self.changed.get(key)?.as_ref()
        } else {
            self.committed.get(key)
        }
    }

    fn is_changed_by(&self, transaction: u64, key: &K) -> bool {
        self.changed.contains_key(key) && self.locks.get(key) == Some(&transaction)
    }

    /// All rows as a transaction sees them, in no particular order.
    pub(crate) fn all(&self, transaction: u64) -> impl Iterator<Item = (&K, &V)> {
        let unchanged = self.committed.iter().filter(move |(key, _)| !self.is_changed_by(transaction, key));
        let own = self.changed.iter().filter(move |(key, _)| self.locks.get(key) == Some(&transaction));
        unchanged.chain(own.filter_map(|(key, row)| Some((key, row.as_ref()?))))
    }

    /// Whether a transaction can lock the row without waiting.
    pub(crate) fn is_free(&self, transaction: u64, key: &K) -> bool {
        self.locks.get(key).is_none_or(|by| *by == transaction)
    }

    /// Locks a row, also one that does not exist yet.
    pub(crate) fn lock(&mut self, transaction: u64, key: &K) -> Result<(), Blocked> {
        match self.locks.get(key) {
            Some(by) if *by != transaction => Err(Blocked(*by)),
            Some(_) => Ok(()),
            None => {
                self.locks.insert(key.clone(), transaction);
                Ok(())
            }
        }
    }

    /// Adds or replaces a row.
    pub(crate) fn set(&mut self, transaction: u64, key: K, row: V) -> Result<(), Blocked> {
        self.lock(transaction, &key)?;
        self.changed.insert(key, Some(row));
        Ok(())
    }

    /// Deletes a row. Returns whether there was one.
    pub(crate) fn remove(&mut self, transaction: u64, key: &K) -> Result<bool, Blocked> {
        if self.get(transaction, key).is_none() && self.is_free(transaction, key) {
            return Ok(false);
        }
        self.lock(transaction, key)?;
        self.changed.insert(key.clone(), None);
        Ok(true)
    }

    /// Ends a transaction.
    pub(crate) fn end(&mut self, transaction: u64, is_commit: bool) {
        if self.locks.is_empty() {
            return;
        }
        let of_transaction = |(key, by): (&K, &u64)| (*by == transaction).then(|| key.clone());
        let keys: Vec<K> = self.locks.iter().filter_map(of_transaction).collect();
        for key in keys {
            self.locks.remove(&key);
            match self.changed.remove(&key) {
                Some(Some(row)) if is_commit => drop(self.committed.insert(key, row)),
                Some(None) if is_commit => drop(self.committed.remove(&key)),
                _ => {}
            }
        }
    }
}

//! The state of a queue: permits and waiting callers of each key, and the order of the keys.
//!
//! Between two calls, no permit is free that a waiting caller could use. A new caller whose key has a free
//! permit can therefore take it at once.

use std::collections::{HashMap, VecDeque};

use tokio::sync::oneshot::Sender;

use crate::{Key, Permit, QueueFull, Shares};

/// Identifies a waiting caller.
pub(crate) type WaiterId = u64;

pub(crate) struct QueueState<K: Key> {
    shares: Shares,
    keys: HashMap<K, Entry<K>>,
    /// The keys with waiting callers, in the order of their turns.
    turns: VecDeque<K>,
    held: usize,
    waiting: usize,
    next_id: WaiterId,
}

/// A key that holds permits or has waiting callers.
struct Entry<K: Key> {
    held: usize,
    waiting: VecDeque<(WaiterId, Sender<Permit<K>>)>,
}

impl<K: Key> QueueState<K> {
    pub(crate) fn new(shares: Shares) -> Self {
        let (keys, turns) = (HashMap::new(), VecDeque::new());
        let shares = Shares { total: shares.total.max(1), per_key: shares.per_key.max(1), ..shares };
        Self { shares, keys, turns, held: 0, waiting: 0, next_id: 0 }
    }

    pub(crate) fn waiting(&self) -> usize {
        self.waiting
    }

    /// Takes a permit for `key` if one is free.
    pub(crate) fn take(&mut self, key: &K) -> bool {
        if self.held >= self.shares.total {
            return false;
        }
        match self.keys.get_mut(key) {
            Some(entry) if entry.held >= self.shares.per_key => return false,
            Some(entry) => entry.held += 1,
            None => drop(self.keys.insert(key.clone(), Entry { held: 1, waiting: VecDeque::new() })),
        }
        self.held += 1;
        true
    }

    /// Adds a caller to the queue of its key. Its permit is sent to `grant`.
    pub(crate) fn wait(&mut self, key: K, grant: Sender<Permit<K>>) -> Result<WaiterId, QueueFull> {
        let own = self.keys.get(&key).map_or(0, |entry| entry.waiting.len());
        if own >= self.shares.max_waiting_per_key {
            return Err(QueueFull);
        }
        if self.waiting >= self.shares.max_waiting {
            self.displace(own)?;
        }
        let id = self.next_id;
        self.next_id += 1;
        if own == 0 {
            self.turns.push_back(key.clone());
        }
        let entry = self.keys.entry(key).or_insert_with(|| Entry { held: 0, waiting: VecDeque::new() });
        entry.waiting.push_back((id, grant));
        self.waiting += 1;
        Ok(id)
    }

    /// Removes the newest caller of the key with the longest queue, if that is longer than the queue of a new
    /// caller would be. A key with many callers therefore does not keep others out.
    fn displace(&mut self, own: usize) -> Result<(), QueueFull> {
        let length = |key: &K| self.keys.get(key).map_or(0, |entry| entry.waiting.len());
        let longest = self.turns.iter().max_by_key(|key| length(key)).filter(|key| length(key) > own + 1);
        let key = longest.cloned().ok_or(QueueFull)?;
        let newest = self.keys.get(&key).and_then(|entry| entry.waiting.back()).map(|(id, _)| *id);
        self.leave(&key, newest.ok_or(QueueFull)?);
        Ok(())
    }

    /// Removes a waiting caller. Does nothing if it has its permit.
    pub(crate) fn leave(&mut self, key: &K, id: WaiterId) {
        let Some(entry) = self.keys.get_mut(key) else { return };
        let Some(place) = entry.waiting.iter().position(|(waiter, _)| *waiter == id) else { return };
        entry.waiting.remove(place);
        self.waiting -= 1;
        if entry.waiting.is_empty() {
            self.turns.retain(|turn| turn != key);
        }
        self.forget_if_idle(key);
    }

    /// Releases a permit of `key`, and returns the caller that gets the next one, if any. Only one permit
    /// became free, so there is at most one such caller.
    pub(crate) fn release(&mut self, key: &K) -> Option<(K, Sender<Permit<K>>)> {
        if let Some(entry) = self.keys.get_mut(key) {
            entry.held -= 1;
            self.held -= 1;
        }
        self.forget_if_idle(key);
        self.next()
    }

    /// Takes a permit for the next caller.
    fn next(&mut self) -> Option<(K, Sender<Permit<K>>)> {
        let may = |key: &K| self.keys.get(key).is_some_and(|entry| entry.held < self.shares.per_key);
        let place = self.turns.iter().position(may)?;
        let key = self.turns.remove(place)?;
        let entry = self.keys.get_mut(&key)?;
        let (_, grant) = entry.waiting.pop_front()?;
        entry.held += 1;
        self.held += 1;
        self.waiting -= 1;
        if !entry.waiting.is_empty() {
            self.turns.push_back(key.clone());
        }
        Some((key, grant))
    }

    fn forget_if_idle(&mut self, key: &K) {
        if self.keys.get(key).is_some_and(|entry| entry.held == 0 && entry.waiting.is_empty()) {
            self.keys.remove(key);
        }
    }
}

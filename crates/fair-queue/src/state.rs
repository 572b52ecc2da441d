//! What a queue knows: the permits of each key, who waits, and whose turn it is.
//!
//! Between two calls, no permit is free that a waiting caller could have. So a caller whose key has a permit
//! left passes nobody.

use std::collections::{HashMap, VecDeque};

use tokio::sync::oneshot::Sender;

use crate::{Key, Permit, QueueFull, Shares};

/// Tells waiting callers apart.
pub(crate) type WaiterId = u64;

pub(crate) struct State<K: Key> {
    shares: Shares,
    keys: HashMap<K, Entry<K>>,
    /// The keys that somebody waits for, in the order of their turns.
    turns: VecDeque<K>,
    held: usize,
    waiting: usize,
    next_id: WaiterId,
}

/// One key, as long as it holds a permit or somebody waits.
struct Entry<K: Key> {
    held: usize,
    waiting: VecDeque<(WaiterId, Sender<Permit<K>>)>,
}

impl<K: Key> State<K> {
    pub(crate) fn new(shares: Shares) -> Self {
        let (keys, turns) = (HashMap::new(), VecDeque::new());
        let shares = Shares { total: shares.total.max(1), per_key: shares.per_key.max(1), ..shares };
        Self { shares, keys, turns, held: 0, waiting: 0, next_id: 0 }
    }

    pub(crate) fn waiting(&self) -> usize {
        self.waiting
    }

    /// Takes a permit if one is free for `key`.
    pub(crate) fn take(&mut self, key: &K) -> bool {
        if self.held >= self.shares.total {
            return false;
        }
        match self.keys.get_mut(key) {
            Some(known) if known.held >= self.shares.per_key => return false,
            Some(known) => known.held += 1,
            None => drop(self.keys.insert(key.clone(), Entry { held: 1, waiting: VecDeque::new() })),
        }
        self.held += 1;
        true
    }

    /// Puts a caller into the queue of its key; `grant` is to get its permit.
    pub(crate) fn wait(&mut self, key: K, grant: Sender<Permit<K>>) -> Result<WaiterId, QueueFull> {
        let own = self.keys.get(&key).map_or(0, |known| known.waiting.len());
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
        let known = self.keys.entry(key).or_insert_with(|| Entry { held: 0, waiting: VecDeque::new() });
        known.waiting.push_back((id, grant));
        self.waiting += 1;
        Ok(id)
    }

    /// Removes the newest caller of the key with the longest queue, if that is longer than a new caller's
    /// would be: so a flood of one key keeps nobody else out.
    fn displace(&mut self, own: usize) -> Result<(), QueueFull> {
        let length = |key: &K| self.keys.get(key).map_or(0, |known| known.waiting.len());
        let longest = self.turns.iter().max_by_key(|key| length(key)).filter(|key| length(key) > own + 1);
        let key = longest.cloned().ok_or(QueueFull)?;
        let newest = self.keys.get(&key).and_then(|known| known.waiting.back()).map(|(id, _)| *id);
        self.leave(&key, newest.ok_or(QueueFull)?);
        Ok(())
    }

    /// Removes a caller that waits no more; nothing where it has its permit.
    pub(crate) fn leave(&mut self, key: &K, id: WaiterId) {
        let Some(known) = self.keys.get_mut(key) else { return };
        let Some(place) = known.waiting.iter().position(|(waiter, _)| *waiter == id) else { return };
        known.waiting.remove(place);
        self.waiting -= 1;
        if known.waiting.is_empty() {
            self.turns.retain(|turn| turn != key);
        }
        self.forget_if_idle(key);
    }

    /// Takes back a permit of `key`, and answers who gets the next one, if anybody may. As this is the only
    /// permit that became free, it is for one caller at most.
    pub(crate) fn give_back(&mut self, key: &K) -> Option<(K, Sender<Permit<K>>)> {
        if let Some(known) = self.keys.get_mut(key) {
            known.held -= 1;
            self.held -= 1;
        }
        self.forget_if_idle(key);
        self.next()
    }

    /// Takes a permit for the caller whose turn it is.
    fn next(&mut self) -> Option<(K, Sender<Permit<K>>)> {
        let may = |key: &K| self.keys.get(key).is_some_and(|known| known.held < self.shares.per_key);
        let place = self.turns.iter().position(may)?;
        let key = self.turns.remove(place)?;
        let known = self.keys.get_mut(&key)?;
        let (_, grant) = known.waiting.pop_front()?;
        known.held += 1;
        self.held += 1;
        self.waiting -= 1;
        if !known.waiting.is_empty() {
            self.turns.push_back(key.clone());
        }
        Some((key, grant))
    }

    fn forget_if_idle(&mut self, key: &K) {
        if self.keys.get(key).is_some_and(|known| known.held == 0 && known.waiting.is_empty()) {
            self.keys.remove(key);
        }
    }
}

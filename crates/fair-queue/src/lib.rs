//! A fair queue in front of a limited resource: connections to the database, password hashes, imports.
//!
//! Each caller waits in the queue of its key, such as its account or its network address. Permits go to the
//! keys in turn (round-robin), first in, first out within a key, and no key holds more than its share. So one
//! key with a thousand callers delays the others by one permit each, and never keeps them out.
//!
//! ```
//! use outbound_fair_queue::{FairQueue, Shares};
//!
//! # async fn run() -> Result<(), outbound_fair_queue::QueueFull> {
//! let queue = FairQueue::new(Shares { total: 8, per_key: 4, ..Shares::default() });
//! let permit = queue.acquire("account 12345678").await?;
//! // Use the resource.
//! drop(permit);
//! # Ok(())
//! # }
//! ```

mod state;

use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use state::{State, WaiterId};
use tokio::sync::oneshot;

/// How a resource is shared. The default has one permit and any number of waiting callers.
#[derive(Clone, Copy, Debug)]
pub struct Shares {
    /// Permits in all; at least 1.
    pub total: usize,
    /// The most permits that one key holds at a time; at least 1.
    pub per_key: usize,
    /// The most callers that wait. When there are more, the key with the longest queue loses its newest one.
    pub max_waiting: usize,
    /// The most callers of one key that wait.
    pub max_waiting_per_key: usize,
}

impl Default for Shares {
    fn default() -> Self {
        Self { total: 1, per_key: 1, max_waiting: usize::MAX, max_waiting_per_key: usize::MAX }
    }
}

/// What callers are told apart by.
pub trait Key: Clone + Eq + Hash {}

impl<T: Clone + Eq + Hash> Key for T {}

/// Too many callers wait already.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("too many requests wait for their turn; try again later")]
pub struct QueueFull;

/// A queue for permits; clones share it.
pub struct FairQueue<K: Key>(Arc<Mutex<State<K>>>);

/// The right to use the resource, until it is dropped.
pub struct Permit<K: Key> {
    queue: FairQueue<K>,
    key: K,
}

/// A place in the queue, until it is dropped.
pub struct Place<K: Key> {
    queue: FairQueue<K>,
    key: K,
    /// `None` if a permit was free.
    waiter: Option<WaiterId>,
    granted: oneshot::Receiver<Permit<K>>,
}

impl<K: Key> FairQueue<K> {
    /// A queue whose permits are all free.
    pub fn new(shares: Shares) -> Self {
        Self(Arc::new(Mutex::new(State::new(shares))))
    }

    /// Waits for a permit for `key`. A caller that is dropped while it waits leaves the queue.
    ///
    /// [`QueueFull`] at once where too many of this key wait, or later, where others displace the caller.
    pub async fn acquire(&self, key: K) -> Result<Permit<K>, QueueFull> {
        let (grant, granted) = oneshot::channel();
        let id = {
            let mut state = self.state();
            if state.take(&key) {
                return Ok(self.permit(key));
            }
            state.wait(key.clone(), grant)?
        };
        let _waiting = Waiting { queue: self, key: &key, id };
        granted.await.map_err(|_| QueueFull)
    }

    /// Joins the queue without waiting. [`QueueFull`] where too many of this key wait.
    pub fn join(&self, key: K) -> Result<Place<K>, QueueFull> {
        let (grant, granted) = oneshot::channel();
        let mut state = self.state();
        let waiter = if state.take(&key) {
            // The receiver keeps it.
            drop(grant.send(self.permit(key.clone())));
            None
        } else {
            Some(state.wait(key.clone(), grant)?)
        };
        drop(state);
        Ok(Place { queue: self.clone(), key, waiter, granted })
    }

    /// A permit for `key` if one is free now.
    pub fn try_acquire(&self, key: K) -> Result<Permit<K>, QueueFull> {
        if self.state().take(&key) { Ok(self.permit(key)) } else { Err(QueueFull) }
    }

    /// How many callers wait.
    pub fn waiting(&self) -> usize {
        self.state().waiting()
    }

    fn state(&self) -> MutexGuard<'_, State<K>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn permit(&self, key: K) -> Permit<K> {
        Permit { queue: self.clone(), key }
    }
}

impl<K: Key> Drop for Permit<K> {
    fn drop(&mut self) {
        let next = self.queue.state().give_back(&self.key);
        if let Some((key, grant)) = next {
            // Without the lock: if the caller has just left, its permit is dropped here and comes back.
            drop(grant.send(self.queue.permit(key)));
        }
    }
}

impl<K: Key> Place<K> {
    /// Waits for the permit. [`QueueFull`] where others displace the caller.
    pub async fn granted(mut self) -> Result<Permit<K>, QueueFull> {
        (&mut self.granted).await.map_err(|_| QueueFull)
    }
}

impl<K: Key> Drop for Place<K> {
    fn drop(&mut self) {
        if let Some(id) = self.waiter {
            self.queue.state().leave(&self.key, id);
        }
    }
}

/// A caller that waits; leaves the queue when it is dropped.
struct Waiting<'q, K: Key> {
    queue: &'q FairQueue<K>,
    key: &'q K,
    id: WaiterId,
}

impl<K: Key> Drop for Waiting<'_, K> {
    fn drop(&mut self) {
        self.queue.state().leave(self.key, self.id);
    }
}

impl<K: Key> Clone for FairQueue<K> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<K: Key> fmt::Debug for FairQueue<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FairQueue").finish_non_exhaustive()
    }
}

impl<K: Key> fmt::Debug for Permit<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit").finish_non_exhaustive()
    }
}

impl<K: Key> fmt::Debug for Place<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Place").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;

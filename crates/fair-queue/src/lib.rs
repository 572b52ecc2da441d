//! A fair queue for a limited resource, such as database connections, password hashing or imports.
//!
//! Each caller waits in the queue of its key, such as its account or network address. Permits are granted to
//! the keys in turn (round-robin), and first in, first out within a key. No key holds more than its share. A
//! key with a thousand callers therefore delays each other key by one permit only.
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

use state::{QueueState, WaiterId};
use tokio::sync::oneshot;

/// The limits of a resource. The default is one permit and any number of waiting callers.
#[derive(Clone, Copy, Debug)]
pub struct Shares {
    /// Total number of permits; at least 1.
    pub total: usize,
    /// Maximum number of permits that one key holds at the same time; at least 1.
    pub per_key: usize,
    /// Maximum number of waiting callers. If it is exceeded, the newest caller of the key with the longest
    /// queue is removed.
    pub max_waiting: usize,
    /// Maximum number of waiting callers of one key.
    pub max_waiting_per_key: usize,
}

impl Default for Shares {
    fn default() -> Self {
        Self { total: 1, per_key: 1, max_waiting: usize::MAX, max_waiting_per_key: usize::MAX }
    }
}

/// Identifies the queue of a caller.
pub trait Key: Clone + Eq + Hash {}

impl<T: Clone + Eq + Hash> Key for T {}

/// Too many callers are waiting.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("too many requests are waiting; try again later")]
pub struct QueueFull;

/// A queue for permits. Clones share it.
pub struct FairQueue<K: Key>(Arc<Mutex<QueueState<K>>>);

/// Permission to use the resource until it is dropped.
pub struct Permit<K: Key> {
    queue: FairQueue<K>,
    key: K,
}

/// A caller in the queue. It leaves the queue when it is dropped.
pub struct QueuedCaller<K: Key> {
    queue: FairQueue<K>,
    key: K,
    /// `None` if a permit was free.
    waiter: Option<WaiterId>,
    granted: oneshot::Receiver<Permit<K>>,
}

impl<K: Key> FairQueue<K> {
    /// Creates a queue whose permits are all free.
    pub fn new(shares: Shares) -> Self {
        Self(Arc::new(Mutex::new(QueueState::new(shares))))
    }

    /// Waits for a permit for `key`. A caller leaves the queue if its future is dropped.
    ///
    /// Fails with [`QueueFull`] at once if too many callers of this key wait, or later if the caller is
    /// displaced by others.
    pub async fn acquire(&self, key: K) -> Result<Permit<K>, QueueFull> {
        let (grant, granted) = oneshot::channel();
        let id = {
            let mut state = self.state();
            if state.take(&key) {
                return Ok(self.permit(key));
            }
            state.wait(key.clone(), grant)?
        };
        let _waiting = LeaveOnDrop { queue: self, key: &key, id };
        granted.await.map_err(|_| QueueFull)
    }

    /// Joins the queue without waiting. Fails with [`QueueFull`] if too many callers of this key wait.
    pub fn join(&self, key: K) -> Result<QueuedCaller<K>, QueueFull> {
        let (grant, granted) = oneshot::channel();
        let mut state = self.state();
        let waiter = if state.take(&key) {
            // The permit stays in the channel.
            drop(grant.send(self.permit(key.clone())));
            None
        } else {
            Some(state.wait(key.clone(), grant)?)
        };
        drop(state);
        Ok(QueuedCaller { queue: self.clone(), key, waiter, granted })
    }

    /// Returns a permit for `key` if one is free now.
    pub fn try_acquire(&self, key: K) -> Result<Permit<K>, QueueFull> {
        if self.state().take(&key) { Ok(self.permit(key)) } else { Err(QueueFull) }
    }

    /// Returns the number of waiting callers.
    pub fn waiting(&self) -> usize {
        self.state().waiting()
    }

    fn state(&self) -> MutexGuard<'_, QueueState<K>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn permit(&self, key: K) -> Permit<K> {
        Permit { queue: self.clone(), key }
    }
}

impl<K: Key> Drop for Permit<K> {
    fn drop(&mut self) {
        let next = self.queue.state().release(&self.key);
        if let Some((key, grant)) = next {
            // Sent without holding the lock: if the receiver was dropped, the permit is dropped here, which
            // locks the state again.
            drop(grant.send(self.queue.permit(key)));
        }
    }
}

impl<K: Key> QueuedCaller<K> {
    /// Waits for the permit. Fails with [`QueueFull`] if the caller is displaced by others.
    pub async fn granted(mut self) -> Result<Permit<K>, QueueFull> {
        (&mut self.granted).await.map_err(|_| QueueFull)
    }
}

impl<K: Key> Drop for QueuedCaller<K> {
    fn drop(&mut self) {
        if let Some(id) = self.waiter {
            self.queue.state().leave(&self.key, id);
        }
    }
}

/// Removes a waiting caller from the queue when it is dropped.
struct LeaveOnDrop<'q, K: Key> {
    queue: &'q FairQueue<K>,
    key: &'q K,
    id: WaiterId,
}

impl<K: Key> Drop for LeaveOnDrop<'_, K> {
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

impl<K: Key> fmt::Debug for QueuedCaller<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QueuedCaller").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;

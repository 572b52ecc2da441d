//! Work that waits, by account. Each account has one task while work waits. It takes what has arrived, up to a maximum,
//! into one commit: many callers share commits, and nothing waits for a timer.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use outbound_model::AccountId;

/// The queues of all accounts. The callers limit how much waits.
pub(crate) struct AccountQueues<W> {
    /// An account is in the map while its task runs.
    queues: Mutex<HashMap<AccountId, VecDeque<W>>>,
}

impl<W> Default for AccountQueues<W> {
    fn default() -> Self {
        Self { queues: Mutex::default() }
    }
}

impl<W> AccountQueues<W> {
    fn lock(&self) -> MutexGuard<'_, HashMap<AccountId, VecDeque<W>>> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds work. Returns whether a task has to be started for the account.
    pub(crate) fn add(&self, account: &AccountId, work: impl IntoIterator<Item = W>) -> bool {
        let mut queues = self.lock();
        let is_new = !queues.contains_key(account);
        queues.entry(account.clone()).or_default().extend(work);
        is_new
    }

    /// Whether the sizes of the account's work add up to less than `maximum`. If they do not, first removes the work
    /// that is not wanted any more.
    pub(crate) fn has_room(
        &self,
        account: &AccountId,
        maximum: usize,
        size: impl Fn(&W) -> usize,
        is_wanted: impl Fn(&W) -> bool,
    ) -> bool {
        let mut queues = self.lock();
        let Some(queue) = queues.get_mut(account) else { return true };
        if queue.iter().map(&size).sum::<usize>() < maximum {
            return true;
        }
        queue.retain(is_wanted);
        queue.iter().map(size).sum::<usize>() < maximum
    }

    /// Takes the work for one commit: the oldest, and further work while the sizes add up to `maximum` at most. Removes
    /// the account and returns nothing if nothing waits.
    pub(crate) fn take(&self, account: &AccountId, maximum: usize, size: impl Fn(&W) -> usize) -> Vec<W> {
        let mut queues = self.lock();
        let (mut taken, mut total) = (Vec::new(), 0);
        if let Some(queue) = queues.get_mut(account) {
            while let Some(work) =
                queue.pop_front_if(|work| taken.is_empty() || total + size(work) <= maximum)
            {
                total += size(&work);
                taken.push(work);
            }
        }
        if taken.is_empty() {
            queues.remove(account);
        }
        taken
    }
}

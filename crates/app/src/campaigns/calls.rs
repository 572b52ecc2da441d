//! Requests to providers in progress. A provider that does not respond must not stop the messages of other accounts, so
//! each account has a share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use outbound_model::AccountId;

/// The maximum number of requests at the same time.
pub(super) const MAX_CALLS: usize = 1000;
/// The maximum of one account: half of them.
const MAX_ACCOUNT_CALLS: usize = MAX_CALLS / 2;

/// The numbers of requests by account, with those that are reserved.
#[derive(Clone, Default)]
pub(super) struct Calls(Arc<Mutex<HashMap<AccountId, usize>>>);

/// Requests of an account that may be started or are in progress, until this is dropped.
pub(super) struct ReservedCalls {
    calls: Calls,
    account: AccountId,
    count: usize,
}

impl Calls {
    /// Reserves up to `wanted` requests of an account, as many as it may start.
    pub(super) fn reserve(&self, account: &AccountId, wanted: u32) -> ReservedCalls {
        let mut calls = self.lock();
        let of_account = calls.get(account).copied().unwrap_or_default();
        let all: usize = calls.values().sum();
        let room = MAX_CALLS.saturating_sub(all).min(MAX_ACCOUNT_CALLS.saturating_sub(of_account));
        let count = room.min(usize::try_from(wanted).unwrap_or(usize::MAX));
        if count > 0 {
            calls.insert(account.clone(), of_account + count);
        }
        ReservedCalls { calls: self.clone(), account: account.clone(), count }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<AccountId, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ReservedCalls {
    /// The number of requests.
    pub(super) fn count(&self) -> u32 {
        u32::try_from(self.count).unwrap_or(u32::MAX)
    }

    /// Moves one of the requests to a reservation of its own.
    pub(super) fn split_one(&mut self) -> Self {
        let count = self.count.min(1);
        self.count -= count;
        Self { calls: self.calls.clone(), account: self.account.clone(), count }
    }
}

impl Drop for ReservedCalls {
    fn drop(&mut self) {
        let mut calls = self.calls.lock();
        let Some(count) = calls.get_mut(&self.account) else { return };
        *count -= self.count;
        if *count == 0 {
            calls.remove(&self.account);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_has_at_most_half_of_all_calls() {
        let (calls, [a, b, c]) = (Calls::default(), ["A", "B", "C"].map(|id| id.parse().unwrap()));
        let room = |account| calls.reserve(account, 600).count();
        let of_a = calls.reserve(&a, 600);
        assert_eq!((of_a.count(), room(&a), room(&b)), (500, 0, 500));
        let of_b = calls.reserve(&b, 300);
        assert_eq!((room(&b), room(&c)), (200, 200));
        drop(of_a);
        assert_eq!((room(&a), room(&b)), (500, 200));
        drop(of_b);
        assert!(calls.lock().is_empty());
    }

    #[test]
    fn calls_that_are_not_started_are_given_back() {
        let (calls, a) = (Calls::default(), "A".parse().unwrap());
        let mut reserved = calls.reserve(&a, 500);
        let started = reserved.split_one();
        drop(reserved);
        assert_eq!((started.count(), calls.reserve(&a, 500).count()), (1, 499));
        drop(started);
        assert!(calls.lock().is_empty());
    }
}

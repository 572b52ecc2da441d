//! Requests to providers in progress. A provider that does not respond must not stop the messages of other accounts, so
//! each account has a share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use outbound_model::AccountId;

/// The maximum number of requests at the same time. There may be more by what several accounts claim at the same time.
pub(super) const MAX_CALLS: usize = 1000;
/// The maximum of one account: half of them.
const MAX_ACCOUNT_CALLS: usize = MAX_CALLS / 2;

/// The numbers of requests by account.
#[derive(Clone, Default)]
pub(super) struct Calls(Arc<Mutex<HashMap<AccountId, usize>>>);

/// A request in progress, until it is dropped.
pub(super) struct Call {
    calls: Calls,
    account: AccountId,
}

impl Calls {
    /// How many requests the account may start.
    pub(super) fn room(&self, account: &AccountId) -> usize {
        let calls = self.lock();
        let of_account = calls.get(account).copied().unwrap_or_default();
        let all: usize = calls.values().sum();
        MAX_CALLS.saturating_sub(all).min(MAX_ACCOUNT_CALLS.saturating_sub(of_account))
    }

    /// Counts a request.
    pub(super) fn start(&self, account: &AccountId) -> Call {
        *self.lock().entry(account.clone()).or_default() += 1;
        Call { calls: self.clone(), account: account.clone() }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<AccountId, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        let mut calls = self.calls.lock();
        let Some(count) = calls.get_mut(&self.account) else { return };
        *count -= 1;
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
        let of_a: Vec<_> = (0..500).map(|_| calls.start(&a)).collect();
        assert_eq!((calls.room(&a), calls.room(&b)), (0, 500));
        let of_b: Vec<_> = (0..300).map(|_| calls.start(&b)).collect();
        assert_eq!((calls.room(&b), calls.room(&c)), (200, 200));
        drop(of_a);
        assert_eq!((calls.room(&a), calls.room(&b)), (500, 200));
        drop(of_b);
        assert!(calls.lock().is_empty());
    }
}

//! Limits the number of open event streams, for each account and for the process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use outbound_model::AccountId;

use crate::error::ApiError;
use crate::limits::HttpLimits;

/// The open streams of one process. Clones share the same state.
#[derive(Clone, Default)]
pub(crate) struct Streams(Arc<Mutex<HashMap<AccountId, usize>>>);

/// A reserved stream, which is released when this is dropped.
pub(crate) struct OpenStream {
    account: AccountId,
    streams: Streams,
}

impl Streams {
    /// Reserves a stream for `account`, unless the account or the process has reached its limit.
    pub(super) fn open(&self, account: &AccountId, limits: &HttpLimits) -> Result<OpenStream, ApiError> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if open.values().sum::<usize>() >= limits.streams {
            return Err(ApiError::too_many_streams("this server"));
        }
        let own = open.entry(account.clone()).or_default();
        if *own >= limits.account_streams {
            return Err(ApiError::too_many_streams("this account"));
        }
        *own += 1;
        Ok(OpenStream { account: account.clone(), streams: self.clone() })
    }

    /// Returns the number of open streams.
    pub(super) fn count(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).values().sum()
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        let mut open = self.streams.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = open.get_mut(&self.account) {
            *own -= 1;
            if *own == 0 {
                open.remove(&self.account);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_limited_per_account_and_per_process() {
        let limits = HttpLimits { streams: 3, account_streams: 2, ..HttpLimits::default() };
        let streams = Streams::default();
        let open = |account: &str| streams.open(&account.parse().unwrap(), &limits);
        let (first, _second) = (open("A").unwrap(), open("A").unwrap());
        assert!(open("A").is_err());
        let third = open("B").unwrap();
        assert!(open("C").is_err());
        drop(third);
        assert!(open("A").is_err());
        drop(first);
        assert!(open("A").is_ok());
        assert_eq!(streams.count(), 1);
    }
}

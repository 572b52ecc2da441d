//! The answers that do not end by themselves: how many there are, and that they end when the server does.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use outbound_model::AccountId;

use crate::error::ApiError;
use crate::limits::HttpLimits;

/// The open streams of one process; clones are the same ones.
#[derive(Clone, Default)]
pub(crate) struct Streams(Arc<Mutex<HashMap<AccountId, usize>>>);

/// A place among the streams, given back when it is dropped.
pub(crate) struct OpenStream {
    account: AccountId,
    streams: Streams,
}

impl Streams {
    /// A place for a stream of `account`, if it and the process have one left.
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

    /// How many there are.
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
    fn an_account_and_the_process_have_so_many_places() {
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

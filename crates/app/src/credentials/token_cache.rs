//! Access tokens that were verified, so that a signature is checked once. Compared whole; only
//! good tokens get in, so strangers cannot fill it. What was verified stays so until the token
//! expires; whether its client still lives is known for one revision of the account.

use std::sync::Arc;

use outbound_auth::Claims;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::CacheUsage;

/// A token that was good.
#[derive(Debug)]
pub(crate) struct Verified {
    pub(crate) claims: Claims,
    /// The account's revision at which its client was seen alive.
    pub(crate) revision: i64,
}

#[derive(Clone)]
struct Bytesize;

impl Weighter<String, Arc<Verified>> for Bytesize {
    fn weight(&self, token: &String, _: &Arc<Verified>) -> u64 {
        token.len() as u64 + 512
    }
}

/// The good tokens of all accounts.
pub(crate) struct TokenCache(Cache<String, Arc<Verified>, Bytesize>);

impl TokenCache {
    /// Holds at most `bytes`.
    pub(crate) fn new(bytes: u64) -> Self {
        let tokens = usize::try_from(bytes / 1024).unwrap_or(usize::MAX).max(16);
        Self(Cache::with_weighter(tokens, bytes, Bytesize))
    }

    pub(crate) fn usage(&self) -> CacheUsage {
        CacheUsage::of(&self.0)
    }

    pub(crate) fn get(&self, token: &str) -> Option<Arc<Verified>> {
        self.0.get(token)
    }

    pub(crate) fn keep(&self, token: &str, verified: Verified) {
        self.0.insert(token.to_owned(), Arc::new(verified));
    }
}

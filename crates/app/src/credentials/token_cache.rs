//! Cache of verified access tokens, so that each signature is checked only once. Keys are complete tokens. Only valid
//! tokens are added, so unauthenticated callers cannot fill the cache. An entry is usable until the token expires,
//! and only for the account revision at which its client was read, because the client may have been revoked since.

use std::sync::Arc;

use outbound_auth::Claims;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::CacheUsage;

/// Claims of a verified token.
#[derive(Debug)]
pub(crate) struct VerifiedToken {
    pub(crate) claims: Claims,
    /// The account's revision at which the client was not revoked.
    pub(crate) revision: i64,
}

#[derive(Clone)]
struct TokenWeighter;

impl Weighter<String, Arc<VerifiedToken>> for TokenWeighter {
    fn weight(&self, token: &String, _: &Arc<VerifiedToken>) -> u64 {
        token.len() as u64 + 512
    }
}

/// Verified tokens of all accounts.
pub(crate) struct TokenCache(Cache<String, Arc<VerifiedToken>, TokenWeighter>);

impl TokenCache {
    /// Holds at most `bytes`.
    pub(crate) fn new(bytes: u64) -> Self {
        let tokens = usize::try_from(bytes / 1024).unwrap_or(usize::MAX).max(16);
        Self(Cache::with_weighter(tokens, bytes, TokenWeighter))
    }

    pub(crate) fn usage(&self) -> CacheUsage {
        CacheUsage::of(&self.0)
    }

    pub(crate) fn get(&self, token: &str) -> Option<Arc<VerifiedToken>> {
        self.0.get(token)
    }

    pub(crate) fn insert(&self, token: &str, verified: VerifiedToken) {
        self.0.insert(token.to_owned(), Arc::new(verified));
    }
}

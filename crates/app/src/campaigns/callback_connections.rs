//! The connections of callbacks, cached: each callback needs one, and there are several for each message.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use outbound_auth::Secret;
use outbound_model::{AccountId, Monotonic};
use quick_cache::sync::Cache;

use crate::{App, AppError};

/// How long a connection is used before it is read again. Callbacks of a connection that another process has deleted, and
/// of an id that it has replaced, are accepted for this time.
const MAX_AGE: Duration = Duration::from_secs(5);
const CAPACITY: usize = 10_000;

/// A connection, as far as its callbacks need it.
pub(super) struct CallbackConnection {
    pub(super) account: AccountId,
    /// Signs the callbacks.
    pub(super) secret: Secret,
    read_at: Monotonic,
}

/// Connections by the part of the URL that identifies them. Unknown ones are not cached, so that invented
/// ids cannot fill the cache.
pub(crate) struct CallbackConnections {
    cache: Cache<String, Arc<CallbackConnection>>,
    /// The number of calls of [`forget`](Self::forget), so that what was read before is not cached after it.
    forgotten: AtomicU64,
}

impl Default for CallbackConnections {
    fn default() -> Self {
        Self { cache: Cache::new(CAPACITY), forgotten: AtomicU64::new(0) }
    }
}

impl CallbackConnections {
    /// Reads the connections of an account again for its next callbacks.
    pub(super) fn forget(&self, account: &AccountId) {
        self.forgotten.fetch_add(1, Ordering::SeqCst);
        self.cache.retain(|_, connection| connection.account != *account);
    }
}

impl App {
    /// The connection of a callback.
    pub(super) async fn callback_connection(
        &self,
        callback_id: &str,
    ) -> Result<Arc<CallbackConnection>, AppError> {
        let now = self.clock.monotonic();
        let CallbackConnections { cache, forgotten } = &self.callback_connections;
        let before = forgotten.load(Ordering::SeqCst);
        if let Some(known) = cache.get(callback_id).filter(|known| now.since(known.read_at) < MAX_AGE) {
            return Ok(known);
        }
        // Text with a NUL cannot be looked up in PostgreSQL.
        let is_id = callback_id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let stored = if is_id { self.store.connection_of_callback(callback_id).await? } else { None };
        let Some((account, connection)) = stored else {
            cache.remove(callback_id);
            return Err(AppError::UnknownCallback);
        };
        let secret = self.sandbox_settings(&account, &connection)?.secret;
        let found = Arc::new(CallbackConnection { account, secret, read_at: now });
        cache.insert(callback_id.to_owned(), found.clone());
        if forgotten.load(Ordering::SeqCst) != before {
            cache.remove(callback_id);
        }
        Ok(found)
    }
}

//! The connections of callbacks, cached: each callback needs one, and there are several for each message.

use std::sync::Arc;
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
pub(crate) struct CallbackConnections(Cache<String, Arc<CallbackConnection>>);

impl Default for CallbackConnections {
    fn default() -> Self {
        Self(Cache::new(CAPACITY))
    }
}

impl CallbackConnections {
    /// Reads the connections of an account again for its next callbacks.
    pub(super) fn forget(&self, account: &AccountId) {
        self.0.retain(|_, connection| connection.account != *account);
    }
}

impl App {
    /// The connection of a callback.
    pub(super) async fn callback_connection(
        &self,
        callback_id: &str,
    ) -> Result<Arc<CallbackConnection>, AppError> {
        let now = self.clock.monotonic();
        let cache = &self.callback_connections.0;
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
        Ok(found)
    }
}

//! Hears of commits by PostgreSQL's LISTEN, on a connection of its own.

use async_trait::async_trait;
use outbound_store::{Change, Changes, StoreError};
use sqlx::PgPool;
use sqlx::postgres::{PgListener, PgPoolOptions};

use crate::dialect;
use crate::error::store_error;

/// A connection that listens.
pub(crate) struct Listener(PgListener);

impl Listener {
    /// Connects as `pool` does, without taking one of its connections.
    pub(crate) async fn open(pool: &PgPool) -> Result<Self, StoreError> {
        let own = PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(pool.options().get_acquire_timeout())
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_lazy_with(pool.connect_options().as_ref().clone());
        let mut listener = PgListener::connect_with(&own).await.map_err(store_error)?;
        // A lost connection may have missed something, so it must be noticed, not mended.
        listener.eager_reconnect(false);
        listener.listen(dialect::CHANNEL_POSTGRES).await.map_err(store_error)?;
        Ok(Self(listener))
    }
}

#[async_trait]
impl Changes for Listener {
    async fn next(&mut self) -> Result<Change, StoreError> {
        loop {
            let Some(word) = self.0.try_recv().await.map_err(store_error)? else {
                return Err(StoreError::Unavailable("the connection that listens is lost".into()));
            };
            // Others may use the channel for something else.
            if let Some(change) = change(word.payload()) {
                return Ok(change);
            }
        }
    }
}

/// Reads `ACCOUNT REVISION`.
fn change(payload: &str) -> Option<Change> {
    let (account, revision) = payload.split_once(' ')?;
    Some(Change { account: account.parse().ok()?, revision: revision.parse().ok()? })
}

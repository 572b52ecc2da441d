//! Hears of commits by PostgreSQL's LISTEN, on a connection of its own.

use std::sync::Arc;

use async_trait::async_trait;
use outbound_store::{Change, Changes, StoreError};
use sqlx::PgPool;
use sqlx::postgres::{PgListener, PgPoolOptions};

use crate::dialect;
use crate::error::{connect_error, store_error};

/// A connection that listens.
pub(crate) struct Listener {
    listener: PgListener,
    place: Arc<str>,
}

impl Listener {
    /// Connects as `pool` does, without taking one of its connections.
    pub(crate) async fn open(pool: &PgPool, place: Arc<str>) -> Result<Self, StoreError> {
        let own = PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(pool.options().get_acquire_timeout())
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_lazy_with(pool.connect_options().as_ref().clone());
        let listener = PgListener::connect_with(&own).await;
        let mut listener = listener.map_err(|error| connect_error(&error, &place))?;
        // A lost connection may have missed something, so it must be noticed, not mended.
        listener.eager_reconnect(false);
        let listening = listener.listen(dialect::CHANNEL_POSTGRES).await;
        listening.map_err(|error| store_error(&error, &place))?;
        Ok(Self { listener, place })
    }
}

#[async_trait]
impl Changes for Listener {
    async fn next(&mut self) -> Result<Change, StoreError> {
        loop {
            let word = self.listener.try_recv().await;
            let Some(word) = word.map_err(|error| store_error(&error, &self.place))? else {
                let lost = format!("{}: the connection that listens is lost", self.place);
                return Err(StoreError::Unavailable(lost.into()));
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

//! Receives notifications of commits with PostgreSQL's LISTEN, on a separate connection.

use std::sync::Arc;

use async_trait::async_trait;
use outbound_store::{CommitListener, CommitNotification, StoreError};
use sqlx::PgPool;
use sqlx::postgres::{PgListener, PgPoolOptions};

use crate::dialect;
use crate::error::{connect_error, store_error};

/// A connection that listens for notifications.
pub(crate) struct PostgresCommitListener {
    listener: PgListener,
    label: Arc<str>,
}

impl PostgresCommitListener {
    /// Connects with the options of `pool`, but not with one of its connections.
    pub(crate) async fn open(pool: &PgPool, label: Arc<str>) -> Result<Self, StoreError> {
        let own = PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(pool.options().get_acquire_timeout())
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_lazy_with(pool.connect_options().as_ref().clone());
        let listener = PgListener::connect_with(&own).await;
        let mut listener = listener.map_err(|error| connect_error(&error, &label))?;
        // Notifications may be missed while the connection is lost, so the caller must learn of it.
        listener.eager_reconnect(false);
        let listening = listener.listen(dialect::CHANNEL_POSTGRES).await;
        listening.map_err(|error| store_error(&error, &label))?;
        Ok(Self { listener, label })
    }
}

#[async_trait]
impl CommitListener for PostgresCommitListener {
    async fn next(&mut self) -> Result<CommitNotification, StoreError> {
        loop {
            let notification = self.listener.try_recv().await;
            let Some(notification) = notification.map_err(|error| store_error(&error, &self.label))? else {
                let message = format!("{}: the connection for commit notifications was closed", self.label);
                return Err(StoreError::Unavailable(message.into()));
            };
            // Ignores messages that other programs send on the channel.
            if let Some(change) = parse_notification(notification.payload()) {
                return Ok(change);
            }
        }
    }
}

/// Parses `ACCOUNT REVISION`.
fn parse_notification(payload: &str) -> Option<CommitNotification> {
    let (account, revision) = payload.split_once(' ')?;
    Some(CommitNotification { account: account.parse().ok()?, revision: revision.parse().ok()? })
}

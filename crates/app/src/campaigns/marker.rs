//! Remembers outside of the database when messages were sent, so that an older copy of the database is noticed.

use async_trait::async_trait;
use outbound_model::Timestamp;

/// Remembers a time on this machine. Backups of the database must not contain it.
#[async_trait]
pub trait SendingMarker: Send + Sync {
    /// The remembered time; `None` if there is none.
    async fn read(&self) -> Option<Timestamp>;

    /// Remembers a time. The implementation logs errors.
    async fn write(&self, at: Timestamp);
}

/// Remembers nothing. A copy is noticed only by its age.
pub struct NoMarker;

#[async_trait]
impl SendingMarker for NoMarker {
    async fn read(&self) -> Option<Timestamp> {
        None
    }

    async fn write(&self, _: Timestamp) {}
}

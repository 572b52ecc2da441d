//! Receives notifications about commits of other nodes, so that reads on this node see them at once.

use std::time::Duration;

use outbound_store::{CommitListener, StoreError};

use crate::{App, TaskEnd, error_chain};

/// Time between attempts to listen while the database is unavailable.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);

impl App {
    /// Receives notifications until the process ends. Returns at once if the database has no notifications
    /// (SQLite). Every node that serves runs it under [`supervise`](Self::supervise).
    pub async fn follow_changes(&self) -> TaskEnd {
        loop {
            let error = match self.store.listen_for_commits().await {
                Ok(None) => return TaskEnd::Done,
                Ok(Some(changes)) => self.follow(changes).await,
                Err(error) => error,
            };
            tracing::warn!(
                error = error_chain(&error),
                "cannot receive changes of other nodes; polling the database instead"
            );
            tokio::time::sleep(RETRY_INTERVAL).await;
        }
    }

    /// Receives notifications until the connection is lost. Commits before and after that may have been missed,
    /// so all known revisions become invalid.
    async fn follow(&self, mut changes: Box<dyn CommitListener>) -> StoreError {
        self.revisions.invalidate_all();
        loop {
            match changes.next().await {
                Ok(change) => {
                    self.revisions.record_notification(&change.account, change.revision);
                    self.job_work.notify_one();
                }
                Err(error) => {
                    self.revisions.invalidate_all();
                    return error;
                }
            }
        }
    }
}

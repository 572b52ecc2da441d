//! Follows what other nodes write, so that this one's readers see it at once.

use std::time::Duration;

use outbound_store::{CommitListener, StoreError};

use crate::{App, TaskEnd, error_chain};

/// Between two tries to listen, while the database is away.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);

impl App {
    /// Follows the changes of other nodes for as long as the process lives; returns where the
    /// database sends no word of them. To be run on each node that serves, under
    /// [`supervise`](Self::supervise).
    pub async fn follow_changes(&self) -> TaskEnd {
        loop {
            let error = match self.store.listen_for_commits().await {
                Ok(None) => return TaskEnd::Done,
                Ok(Some(changes)) => self.follow(changes).await,
                Err(error) => error,
            };
            tracing::warn!(
                error = error_chain(&error),
                "hearing nothing of other nodes' changes; asking for them meanwhile"
            );
            tokio::time::sleep(RETRY_INTERVAL).await;
        }
    }

    /// Until the connection is lost. What happened before it and after it was not heard.
    async fn follow(&self, mut changes: Box<dyn CommitListener>) -> StoreError {
        self.revisions.distrust();
        loop {
            match changes.next().await {
                Ok(change) => {
                    self.revisions.hear(&change.account, change.revision);
                    self.job_work.notify_one();
                }
                Err(error) => {
                    self.revisions.distrust();
                    return error;
                }
            }
        }
    }
}

//! Fills the index of searches in the background, so that no save waits for it.

use std::time::Duration;

use tokio::time::sleep;

use crate::{App, AppError, TaskEnd, error_chain};

/// Texts of one transaction: on SQLite other writers wait for it.
const BATCH: u32 = 200;
/// Between two looks for texts that wait.
const FILL_INTERVAL: Duration = Duration::from_secs(1);
/// Before the index is prepared or filled again where that failed: a standby may become the primary.
const RETRY_INTERVAL: Duration = Duration::from_mins(1);

impl App {
    /// Fills the index of searches until it is dropped. For [`supervise`](Self::supervise).
    pub async fn maintain_search_index(&self) -> TaskEnd {
        let mut is_reported = false;
        while let Err(error) = self.store.prepare_search_index().await {
            if !is_reported {
                let error = error_chain(&error);
                tracing::warn!(error, "the database has no index of searches, so they read all texts");
                is_reported = true;
            }
            sleep(RETRY_INTERVAL).await;
        }
        tracing::info!("searches use an index");
        loop {
            let pause = match self.fill_search_index().await {
                Ok(()) => FILL_INTERVAL,
                Err(error) => {
                    tracing::warn!(
                        error = error_chain(&error),
                        "cannot fill the index of searches; trying again"
                    );
                    RETRY_INTERVAL
                }
            };
            sleep(pause).await;
        }
    }

    /// Adds all texts that wait, a batch of each account in turn.
    pub async fn fill_search_index(&self) -> Result<(), AppError> {
        loop {
            let (mut after, mut all_added) = (None, 0);
            while let Some((account, added)) = self.store.fill_search_index(after.as_ref(), BATCH).await? {
                (after, all_added) = (Some(account), all_added + added);
            }
            if all_added == 0 {
                return Ok(());
            }
        }
    }
}

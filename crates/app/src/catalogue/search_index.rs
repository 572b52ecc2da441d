//! Updates the search index in the background, so that saving does not wait for it. This is also where the server notices
//! an import, and updates the database's statistics: until PostgreSQL does so by itself, it may sort all handoffs for
//! each page of a list.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::sleep;

use crate::{App, AppError, TaskEnd, error_chain};

/// Entries per transaction, during which other writers wait on SQLite.
const BATCH: u32 = 200;
/// Number of new entries after which the statistics are updated.
const MANY: u64 = 1000;
/// Time between two updates.
const FILL_INTERVAL: Duration = Duration::from_secs(1);
/// Time before a retry after an error. The error may be temporary: for example, a standby may become the primary. If it
/// concerns one account, new handoffs of the others wait this long, too.
const RETRY_INTERVAL: Duration = Duration::from_secs(30);

impl App {
    /// Creates and updates the search index until the future is dropped. For [`supervise`](Self::supervise).
    pub async fn maintain_search_index(&self) -> TaskEnd {
        let mut is_reported = false;
        while let Err(error) = self.store.prepare_search_index().await {
            if !is_reported {
                let error = error_chain(&error);
                tracing::warn!(error, "the database has no search index; searches scan all handoffs");
                is_reported = true;
            }
            sleep(RETRY_INTERVAL).await;
        }
        tracing::info!("searches use the search index");
        loop {
            let pause = match self.fill_search_index().await {
                Ok(()) => FILL_INTERVAL,
                Err(error) => {
                    tracing::warn!(error = error_chain(&error), "cannot update the search index; retrying");
                    RETRY_INTERVAL
                }
            };
            sleep(pause).await;
        }
    }

    /// Adds all pending entries to the index; accounts take turns. An account that fails is left out, and its error
    /// returned after the others are complete.
    pub async fn fill_search_index(&self) -> Result<(), AppError> {
        let (mut total, mut next_statistics, mut failed) = (0, MANY, HashMap::new());
        loop {
            let (mut after, mut all_added) = (None, 0);
            while let Some(account) = self.store.account_with_pending_texts(after.as_ref()).await? {
                if !failed.contains_key(&account) {
                    match self.store.fill_search_index(&account, BATCH).await {
                        Ok(added) => all_added += added,
                        Err(error) => {
                            let cause = error_chain(&error);
                            tracing::warn!(%account, error = cause, "cannot update the search index of an account");
                            failed.insert(account.clone(), error);
                        }
                    }
                }
                after = Some(account);
            }
            total += all_added;
            if all_added == 0 {
                if total >= MANY {
                    self.update_statistics().await;
                    self.store.prepare_search_index().await?;
                }
                return failed.into_values().next().map_or(Ok(()), |error| Err(error.into()));
            }
            // More than once, because other accounts may import in the meantime.
            if total >= next_statistics {
                self.update_statistics().await;
                next_statistics = total * 4;
            }
        }
    }

    /// Logs errors, because old statistics must not stop the indexing.
    async fn update_statistics(&self) {
        if let Err(error) = self.store.update_statistics().await {
            tracing::warn!(error = error_chain(&error), "cannot update the statistics of the database");
        }
    }
}

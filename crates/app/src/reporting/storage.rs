//! Storage of messages: prepared ahead, and deleted after 13 months.

use outbound_model::AccountId;
use outbound_reporting::Window;
use outbound_store::StoreError;
use tokio::time::Instant;

use crate::jobs::{MAX_RUN, PRUNE_BATCH};
use crate::{App, AppError, error_chain};

impl App {
    /// Prepares storage for messages of the kept period and the next months. To be called before events are recorded.
    pub async fn prepare_reporting_storage(&self) -> Result<(), AppError> {
        let now = self.clock.now();
        match self.store.prepare_storage(Window::at(now).earliest(), now).await {
            // The months that are needed now were created two months ago, unless no node ran since then, or another node
            // creates them at the moment.
            Err(error @ StoreError::Busy(_)) => {
                let error = error_chain(&error);
                tracing::warn!(
                    error,
                    "storage for messages of the next months is not prepared yet; retrying later"
                );
                Ok(())
            }
            prepared => Ok(prepared?),
        }
    }

    /// Prepares storage, and drops storage of messages that are no longer kept. To be called regularly.
    pub async fn maintain_reporting_storage(&self) -> Result<(), AppError> {
        let now = self.clock.now();
        Ok(self.store.maintain_storage(Window::at(now).earliest(), now).await?)
    }

    /// Deletes messages that are no longer kept. Returns `false` if some are left.
    pub(crate) async fn delete_old_messages(&self, account: &AccountId) -> Result<bool, AppError> {
        let started = Instant::now();
        let earliest = Window::at(self.clock.now()).earliest();
        while self.store.delete_transactions(account, earliest, PRUNE_BATCH).await? > 0 {
            if started.elapsed() > MAX_RUN {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

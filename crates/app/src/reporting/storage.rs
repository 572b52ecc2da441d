//! Storage of messages: prepared ahead, and deleted after 13 months.

use outbound_model::AccountId;
use outbound_reporting::Window;
use tokio::time::Instant;

use crate::jobs::{MAX_RUN, PRUNE_BATCH};
use crate::{App, AppError};

impl App {
    /// Prepares storage for messages of the kept period and the next months. To be called before events are
    /// recorded, and regularly.
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

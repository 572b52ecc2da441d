//! Retries of background work while the database is busy.

use std::time::Duration;

use outbound_store::StoreError;
use tokio::time::{Instant, sleep};

use crate::AppError;

/// How long background work is retried before it fails.
const MAX_WAIT: Duration = Duration::from_mins(5);
const RETRY_INTERVAL: Duration = Duration::from_millis(500);

/// Retries work for some minutes while another writer keeps the database busy, or while too many imports of the
/// account wait. Not for work that a request waits for. A permit that others wait for must be released before
/// each pause.
pub struct BusyRetry {
    deadline: Instant,
}

impl BusyRetry {
    /// To be created before the first attempt.
    pub fn new() -> Self {
        Self { deadline: Instant::now() + MAX_WAIT }
    }

    /// Waits until the next attempt. Returns the error if it has another cause, or the retries have taken too long.
    pub async fn pause(&self, error: AppError) -> Result<(), AppError> {
        match error {
            AppError::Unavailable(StoreError::Busy(_)) | AppError::TooManyImports
                if Instant::now() < self.deadline =>
            {
                sleep(RETRY_INTERVAL).await;
                Ok(())
            }
            other => Err(other),
        }
    }
}

impl Default for BusyRetry {
    fn default() -> Self {
        Self::new()
    }
}

//! Retries in the background while the database is busy.

use std::time::Duration;

use outbound_store::StoreError;
use tokio::time::{Instant, sleep};

use crate::AppError;

/// How long work in the background waits for its turn to write.
const MAX_WAIT: Duration = Duration::from_mins(5);
const PAUSE: Duration = Duration::from_millis(500);

/// Repeats work while another writer keeps the database busy, for some minutes. Only for work that no request waits
/// for.
pub struct BusyRetry {
    deadline: Instant,
}

impl BusyRetry {
    /// Before the first attempt.
    pub fn new() -> Self {
        Self { deadline: Instant::now() + MAX_WAIT }
    }

    /// Waits until the next attempt. Any other error than that of a busy database comes back, and so does that one
    /// in the end.
    pub async fn pause(&self, error: AppError) -> Result<(), AppError> {
        match error {
            AppError::Unavailable(StoreError::Busy(_)) if Instant::now() < self.deadline => {
                sleep(PAUSE).await;
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

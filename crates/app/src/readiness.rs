//! Readiness: whether a small write to the database succeeds. Concurrent probes share one check.

use std::time::Duration;

use outbound_model::Monotonic;
use outbound_store::StoreError;
use tokio::sync::Mutex;

use crate::{App, AppError, error_chain};

/// A result is reused for this long, so that many probes cost as much as one.
const MAX_AGE: Duration = Duration::from_secs(1);

/// When the last check ended, and the error if the database was not writable.
type CheckResult = (Monotonic, Result<(), String>);

/// The last check. Locked during a check, so that only one runs at a time.
#[derive(Default)]
pub(crate) struct Readiness(Mutex<Option<CheckResult>>);

impl App {
    /// Checks that the database accepts writes. It is ready while another writer is active.
    pub async fn ready(&self) -> Result<(), AppError> {
        let mut last = self.readiness.0.lock().await;
        let fresh = last.take().filter(|(at, _)| self.clock.monotonic().since(*at) < MAX_AGE);
        let (at, result) = if let Some(check) = fresh {
            check
        } else {
            let result = self.check().await;
            (self.clock.monotonic(), result)
        };
        *last = Some((at, result.clone()));
        result.map_err(|reason| AppError::Unavailable(StoreError::Unavailable(reason.into())))
    }

    async fn check(&self) -> Result<(), String> {
        match self.store.check_writable(self.now()).await {
            Ok(()) | Err(StoreError::Busy(_)) => Ok(()),
            Err(error) => Err(error_chain(&error)),
        }
    }
}

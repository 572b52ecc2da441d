//! Whether this process can do its work: a small write to the database, shared by everybody who asks.

use std::time::Duration;

use outbound_model::Monotonic;
use outbound_store::StoreError;
use tokio::sync::Mutex;

use crate::{App, AppError, error_chain};

/// For this long one answer is given to everybody, so that many probes cost what one does.
const SHARED_FOR: Duration = Duration::from_secs(1);

/// When the last check ended, and why the database was not writable.
type Checked = (Monotonic, Result<(), String>);

/// The last check; locked while the next one runs, so that there is never more than one.
#[derive(Default)]
pub(crate) struct Readiness(Mutex<Option<Checked>>);

impl App {
    /// Whether the database takes writes. Another writer at work is no fault.
    pub async fn ready(&self) -> Result<(), AppError> {
        let mut last = self.readiness.0.lock().await;
        let fresh = last.take().filter(|(at, _)| self.clock.monotonic().since(*at) < SHARED_FOR);
        let (at, answer) = if let Some(checked) = fresh {
            checked
        } else {
            let answer = self.check().await;
            (self.clock.monotonic(), answer)
        };
        *last = Some((at, answer.clone()));
        answer.map_err(|why| AppError::Unavailable(StoreError::Unavailable(why.into())))
    }

    async fn check(&self) -> Result<(), String> {
        match self.store.check_writable(self.now()).await {
            Ok(()) | Err(StoreError::Busy(_)) => Ok(()),
            Err(error) => Err(error_chain(&error)),
        }
    }
}

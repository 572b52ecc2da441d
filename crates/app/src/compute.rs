//! Work that takes too long for a thread that serves connections: parsing, checking, rendering, compressing.

use std::sync::Arc;
use std::thread;

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::{App, AppError};

/// How much of this work runs at a time: as much as there are processors.
pub(crate) struct Permits(Arc<Semaphore>);

impl Default for Permits {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(thread::available_parallelism().map_or(1, usize::from))))
    }
}

impl App {
    /// Runs `work` on a thread of its own, once a processor is free for it. It is done also when the caller
    /// stops waiting. Not to be called inside a transaction, in which others wait for the caller.
    pub async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, AppError> {
        let permit = self.compute_permits.0.clone().acquire_owned().await;
        let permit = permit.map_err(|error| AppError::Internal(Box::new(error)))?;
        off_thread(move || {
            let result = work();
            drop(permit);
            result
        })
        .await
    }
}

/// Runs `work` on a thread of its own without waiting for a processor: for transactions, whose number is
/// bounded by the connections to the database.
pub(crate) async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, AppError> {
    spawn_blocking(work).await.map_err(|error| AppError::Internal(Box::new(error)))
}

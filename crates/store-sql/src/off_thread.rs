//! Work that takes too long for a thread that serves connections.

use std::panic::resume_unwind;

use outbound_store::StoreError;
use tokio::task::{JoinError, spawn_blocking};
use tracing::Span;

/// Runs `work` on a blocking thread. Log lines belong to the caller's span.
pub(crate) async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, StoreError> {
    let span = Span::current();
    joined(spawn_blocking(move || span.in_scope(work)).await)
}

/// The result of a task. Its panic is resumed in the caller: as a logged error, its message could reveal what a client
/// sent.
pub(crate) fn joined<T>(result: Result<T, JoinError>) -> Result<T, StoreError> {
    result.map_err(|error| match error.try_into_panic() {
        Ok(panic) => resume_unwind(panic),
        Err(error) => StoreError::Engine(error.into()),
    })
}

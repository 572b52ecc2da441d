//! Work that takes too long for a thread that serves connections: parsing, checking, rendering, compressing.

use std::panic::resume_unwind;
use std::thread;

use outbound_fair_queue::{FairQueue, Shares};
use outbound_model::AccountId;
use tokio::runtime::Handle;
use tokio::task::{JoinError, spawn_blocking};
use tracing::Span;

use crate::{App, AppError};

/// Maximum number of waiting computations, in total and per account.
const MAX_WAITING: usize = 1024;
const MAX_WAITING_PER_ACCOUNT: usize = 64;

/// Permits for as many concurrent computations as there are processors. Accounts take turns.
pub(crate) struct Permits(FairQueue<AccountId>);

impl Default for Permits {
    fn default() -> Self {
        let processors = thread::available_parallelism().map_or(1, usize::from);
        Self(FairQueue::new(Shares {
            total: processors,
            per_key: processors,
            max_waiting: MAX_WAITING,
            max_waiting_per_key: MAX_WAITING_PER_ACCOUNT,
        }))
    }
}

impl App {
    /// Runs `work` on a blocking thread once it is the account's turn. It continues if the caller stops waiting.
    /// Returns [`AppError::Busy`] if too many computations are waiting. Do not call it inside a transaction,
    /// because other writers would wait for the account's turn.
    pub async fn compute<T: Send + 'static>(
        &self,
        account: &AccountId,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, AppError> {
        let permit = self.compute_permits.0.acquire(account.clone()).await.map_err(|_| AppError::Busy)?;
        off_thread(move || {
            let result = work();
            drop(permit);
            result
        })
        .await
    }
}

/// Runs `work` on a blocking thread at once, without waiting for a turn. For use inside transactions, whose number is
/// bounded by the database connections, and for the response to a change that is already committed, which must
/// not be refused. Log lines belong to the caller's span. A panic is resumed in the caller: as a logged error,
/// its message could reveal request data.
pub fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> impl Future<Output = Result<T, AppError>> + Send {
    let span = Span::current();
    let task = spawn_blocking(move || span.in_scope(work));
    async { joined(task.await) }
}

/// Like [`off_thread`], for work that also accesses the database, such as an import. It must not wait for a turn, because
/// it occupies a thread.
pub fn run_off_thread<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> impl Future<Output = Result<T, AppError>> + Send {
    let runtime = Handle::current();
    off_thread(move || runtime.block_on(work))
}

/// The result of a task. Its panic is resumed in the caller.
pub fn joined<T>(result: Result<T, JoinError>) -> Result<T, AppError> {
    result.map_err(|error| match error.try_into_panic() {
        Ok(panic) => resume_unwind(panic),
        Err(error) => AppError::Internal(Box::new(error)),
    })
}

#[cfg(test)]
mod tests {
    use std::panic::AssertUnwindSafe;

    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn a_panic_is_resumed_in_the_caller() {
        let work = off_thread(|| -> () { panic!("what a client sent") });
        assert!(AssertUnwindSafe(work).catch_unwind().await.is_err());
    }
}

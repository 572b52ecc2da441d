//! Work that takes too long for a thread that serves connections: parsing, checking, rendering, compressing.

use std::panic::resume_unwind;
use std::thread;

use outbound_fair_queue::{FairQueue, Shares};
use outbound_model::AccountId;
use tokio::task::spawn_blocking;
use tracing::Span;

use crate::{App, AppError};

/// The most pieces of work that wait, in all and of one account.
const MAX_WAITING: usize = 1024;
const MAX_WAITING_OF_ACCOUNT: usize = 64;

/// How much of this work runs at a time: as much as there are processors. The accounts take turns.
pub(crate) struct Permits(FairQueue<AccountId>);

impl Default for Permits {
    fn default() -> Self {
        let processors = thread::available_parallelism().map_or(1, usize::from);
        Self(FairQueue::new(Shares {
            total: processors,
            per_key: processors,
            max_waiting: MAX_WAITING,
            max_waiting_per_key: MAX_WAITING_OF_ACCOUNT,
        }))
    }
}

impl App {
    /// Runs `work` for an account on a thread of its own, once it is the account's turn. It is done also when
    /// the caller stops waiting. [`AppError::Busy`] where too much work waits. Not to be called inside a
    /// transaction, in which others wait for the caller.
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

/// Runs `work` on a thread of its own without waiting for a turn: for transactions, whose number is bounded by
/// the connections to the database. Its log lines are those of the caller's request. A panic goes on in the
/// caller: as an error, its message could show what a client sent in the log.
pub(crate) async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, AppError> {
    let span = Span::current();
    spawn_blocking(move || span.in_scope(work)).await.map_err(|error| match error.try_into_panic() {
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
    async fn a_panic_goes_on_in_the_caller() {
        let work = off_thread(|| -> () { panic!("what a client sent") });
        assert!(AssertUnwindSafe(work).catch_unwind().await.is_err());
    }
}

//! Hashes passwords off the runtime's threads, and only a few at once: each takes 19 MiB.

use std::num::NonZero;
use std::sync::Arc;

use outbound_auth::{Secret, password_hash, password_matches};
use outbound_model::Generator;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{AppError, LoginRefusal};

/// The most at once, whatever the number of processors; also fewer than the failures that lock a
/// login out, so that right passwords sent at once are never refused.
const MOST_AT_ONCE: usize = 4;
/// How many logins may wait for their turn: about two seconds' worth on two processors.
const MOST_WAITING: usize = 64;

/// The turns of this process.
pub(crate) struct Passwords {
    waiting: Semaphore,
    hashing: Arc<Semaphore>,
}

/// One's turn to hash.
pub(crate) struct Turn(OwnedSemaphorePermit);

impl Default for Passwords {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
        let hashing = Arc::new(Semaphore::new(processors.min(MOST_AT_ONCE)));
        Self { waiting: Semaphore::new(MOST_WAITING), hashing }
    }
}

impl Passwords {
    /// Waits for a turn; [`LoginRefusal::Busy`] where too many wait already.
    pub(crate) async fn turn(&self) -> Result<Turn, LoginRefusal> {
        let _waiting = self.waiting.try_acquire().map_err(|_| LoginRefusal::Busy)?;
        let turn = self.hashing.clone().acquire_owned().await;
        Ok(Turn(turn.map_err(|error| AppError::Internal(Box::new(error)))?))
    }
}

impl Turn {
    /// Whether the password has the hash; costs the same without one.
    pub(crate) async fn password_matches(
        self,
        password: Secret,
        hash: Option<String>,
    ) -> Result<bool, AppError> {
        self.run(move || password_matches(&password, hash.as_deref())).await
    }

    /// The hash to be stored.
    pub(crate) async fn password_hash(
        self,
        password: Secret,
        generator: Arc<dyn Generator>,
    ) -> Result<String, AppError> {
        self.run(move || password_hash(&password, &*generator)).await
    }

    /// The turn ends with the work, even where nobody waits for the answer any more.
    async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce() -> Result<T, outbound_auth::AuthError> + Send + 'static,
    ) -> Result<T, AppError> {
        let done = tokio::task::spawn_blocking(move || {
            let _turn = self.0;
            work()
        });
        Ok(done.await.map_err(|error| AppError::Internal(Box::new(error)))??)
    }
}

//! Hashes passwords off the runtime's threads, and only a few at once: each takes 19 MiB.

use std::num::NonZero;
use std::sync::{Arc, Mutex, PoisonError};

use outbound_auth::{AuthError, HashMemory, Secret, password_hash, password_matches};
use outbound_model::Generator;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{AppError, LoginRefusal};

/// The most at once, whatever the number of processors.
const MAX_PERMITS: usize = 4;
/// How many logins may wait for a permit: about two seconds' worth on two processors.
const MAX_WAITING: usize = 64;

/// The hashing permits of this process, and the memory that they work in.
pub(crate) struct Passwords {
    waiting: Semaphore,
    hashing: Arc<Semaphore>,
    idle_memory: IdleMemory,
}

/// Memory that no hash is using. Each permit takes one from here and gives it back, so the process
/// never has more of it than permits.
type IdleMemory = Arc<Mutex<Vec<HashMemory>>>;

/// The right to hash one password now.
pub(crate) struct PasswordPermit {
    permit: OwnedSemaphorePermit,
    idle_memory: IdleMemory,
}

impl Default for Passwords {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
        let hashing = Arc::new(Semaphore::new(processors.min(MAX_PERMITS)));
        Self { waiting: Semaphore::new(MAX_WAITING), hashing, idle_memory: IdleMemory::default() }
    }
}

impl Passwords {
    /// Waits for a permit; [`LoginRefusal::Busy`] where too many wait already.
    pub(crate) async fn permit(&self) -> Result<PasswordPermit, LoginRefusal> {
        let _waiting = self.waiting.try_acquire().map_err(|_| LoginRefusal::Busy)?;
        let permit = self.hashing.clone().acquire_owned().await;
        let permit = permit.map_err(|error| AppError::Internal(Box::new(error)))?;
        Ok(PasswordPermit { permit, idle_memory: self.idle_memory.clone() })
    }
}

impl PasswordPermit {
    /// Whether the password has the hash; costs the same without one.
    pub(crate) async fn password_matches(
        self,
        password: Secret,
        hash: Option<String>,
    ) -> Result<bool, AppError> {
        self.run(move |memory| password_matches(&password, hash.as_deref(), memory)).await
    }

    /// The hash to be stored.
    pub(crate) async fn password_hash(
        self,
        password: Secret,
        generator: Arc<dyn Generator>,
    ) -> Result<String, AppError> {
        self.run(move |memory| password_hash(&password, &*generator, memory)).await
    }

    /// The permit ends with the work, even if the caller has stopped waiting for the result.
    async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce(&mut HashMemory) -> Result<T, AuthError> + Send + 'static,
    ) -> Result<T, AppError> {
        let done = tokio::task::spawn_blocking(move || {
            let idle = || self.idle_memory.lock().unwrap_or_else(PoisonError::into_inner);
            let taken = idle().pop();
            let mut memory = taken.unwrap_or_default();
            let result = work(&mut memory);
            // Before the permit ends, so that the next one finds it.
            idle().push(memory);
            drop(self.permit);
            result
        });
        Ok(done.await.map_err(|error| AppError::Internal(Box::new(error)))??)
    }
}

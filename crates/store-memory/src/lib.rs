//! The store in memory, for simulations of campaigns: campaigns with everything that belongs to them, reports without
//! totals, and handoffs that a test publishes. Everything else is missing, and returns an error.
//!
//! Transactions are isolated as in PostgreSQL (read committed): each call sees what is committed and the changes of its own
//! transaction, and waits for locks of rows. A transaction that waits for itself fails, and one that is dropped changes
//! nothing. [`Interference`] makes calls wait and fail, so that a simulation decides in which order they take effect.

mod accounts;
mod campaigns;
mod catalogue;
mod missing;
mod open;
mod reporting;
mod state;
mod table;

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use async_trait::async_trait;
use outbound_store::StoreError;

use open::Open;
use state::State;
use table::Blocked;

/// What happens around the calls of a store.
#[async_trait]
pub trait Interference: Send + Sync {
    /// Called before a call takes effect. After an error it has none.
    async fn before(&self) -> Result<(), StoreError>;

    /// Called after a commit. After an error the caller does not know whether the commit took effect.
    async fn after_commit(&self) -> Result<(), StoreError>;

    /// Called while another transaction locks a row, until it does not. After an error the call has no effect.
    async fn blocked(&self) -> Result<(), StoreError>;
}

/// No interference.
struct Undisturbed;

#[async_trait]
impl Interference for Undisturbed {
    async fn before(&self) -> Result<(), StoreError> {
        Ok(())
    }

    async fn after_commit(&self) -> Result<(), StoreError> {
        Ok(())
    }

    async fn blocked(&self) -> Result<(), StoreError> {
        YieldOnce::default().await;
        Ok(())
    }
}

/// Lets other tasks run.
#[derive(Default)]
struct YieldOnce {
    has_yielded: bool,
}

impl Future for YieldOnce {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.has_yielded {
            return Poll::Ready(());
        }
        self.has_yielded = true;
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

/// A store in memory, as one process uses it. Clones share the data.
#[derive(Clone)]
pub struct MemoryStore {
    state: Arc<Mutex<State>>,
    process: u64,
    interference: Arc<dyn Interference>,
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self { state: Arc::default(), process: 0, interference: Arc::new(Undisturbed) }
    }
}

impl MemoryStore {
    /// The same data for another process.
    #[must_use]
    pub fn of_process(&self, process: u64, interference: Arc<dyn Interference>) -> Self {
        Self { state: self.state.clone(), process, interference }
    }

    /// Ends the open transactions of this process, as a database does after it has lost the connections. Their later calls
    /// fail.
    pub fn abort_transactions(&self) {
        let mut state = self.lock();
        for transaction in state.open_in(self.process) {
            state.end(transaction, false);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads committed data.
    async fn read<T>(&self, read: impl FnOnce(&State) -> T) -> Result<T, StoreError> {
        self.interference.before().await?;
        Ok(read(&self.lock()))
    }

    /// Opens a transaction.
    fn begin(&self) -> Open {
        Open { number: self.lock().begin(self.process), store: self.clone() }
    }

    /// Changes data in a transaction of its own.
    async fn write<T>(
        &self,
        write: impl FnMut(&mut State, u64) -> Result<T, Blocked>,
    ) -> Result<T, StoreError> {
        let open = self.begin();
        let result = open.call(write).await?;
        open.commit().await?;
        Ok(result)
    }
}

/// The error of a transaction that has ended.
fn ended() -> StoreError {
    StoreError::Unavailable("the transaction was ended".into())
}

//! An open transaction.

use outbound_store::StoreError;

use crate::state::State;
use crate::table::Blocked;
use crate::{MemoryStore, ended};

/// A transaction. It is rolled back if it is dropped.
pub(crate) struct Open {
    pub(crate) store: MemoryStore,
    pub(crate) number: u64,
}

impl Open {
    /// Runs a call. It is repeated until no lock blocks it, so before it is blocked it may only lock.
    pub(crate) async fn call<T>(
        &self,
        mut call: impl FnMut(&mut State, u64) -> Result<T, Blocked>,
    ) -> Result<T, StoreError> {
        self.store.interference.before().await?;
        loop {
            {
                let mut state = self.store.lock();
                if !state.is_open(self.number) {
                    return Err(ended());
                }
                match call(&mut state, self.number) {
                    Ok(result) => {
                        state.proceed(self.number);
                        return Ok(result);
                    }
                    Err(Blocked(by)) if state.wait(self.number, by) => {
                        state.end(self.number, false);
                        return Err(StoreError::Engine("deadlock detected".into()));
                    }
                    Err(Blocked(_)) => {}
                }
            }
            self.store.interference.blocked().await?;
        }
    }

    pub(crate) async fn commit(&self) -> Result<(), StoreError> {
        {
            let mut state = self.store.lock();
            if !state.is_open(self.number) {
                return Err(ended());
            }
            state.end(self.number, true);
        }
        self.store.interference.after_commit().await
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.store.lock().end(self.number, false);
    }
}

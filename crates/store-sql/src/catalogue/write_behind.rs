//! Writes rows in a task of its own, so that an import prepares the next rows meanwhile.

use std::mem;

use outbound_store::StoreError;
use tokio::task::JoinHandle;
use tracing::Instrument;

use super::bulk::Rows;
use crate::transaction::SqlTransaction;

/// A transaction that may be busy writing. Dropped, it is rolled back once the last write has ended.
pub(super) struct WriteBehind(State);

enum State {
    Ready(Box<SqlTransaction>),
    Writing(JoinHandle<Result<SqlTransaction, StoreError>>),
    Failed,
}

impl WriteBehind {
    pub(super) fn new(transaction: SqlTransaction) -> Self {
        Self(State::Ready(Box::new(transaction)))
    }

    /// The transaction, once all rows are written. The error of a write, and any call after one.
    pub(super) async fn ready(&mut self) -> Result<&mut SqlTransaction, StoreError> {
        if let State::Writing(task) = &mut self.0 {
            let written = task.await;
            self.0 = State::Failed;
            self.0 = State::Ready(Box::new(written.map_err(|error| StoreError::Engine(error.into()))??));
        }
        match &mut self.0 {
            State::Ready(transaction) => Ok(transaction),
            State::Writing(_) | State::Failed => Err(failed()),
        }
    }

    /// The same, to use it up.
    pub(super) async fn into_ready(mut self) -> Result<SqlTransaction, StoreError> {
        self.ready().await?;
        match self.0 {
            State::Ready(transaction) => Ok(*transaction),
            State::Writing(_) | State::Failed => Err(failed()),
        }
    }

    /// Begins to write rows, after those that are being written. An error is reported by the next call of
    /// [`ready`](Self::ready).
    pub(super) fn write(&mut self, rows: Rows) {
        let before = Self(mem::replace(&mut self.0, State::Failed));
        let write = async move {
            let mut transaction = Box::pin(before.into_ready()).await?;
            rows.write(&mut transaction).await?;
            Ok(transaction)
        };
        self.0 = State::Writing(tokio::spawn(write.in_current_span()));
    }
}

fn failed() -> StoreError {
    StoreError::Engine("an earlier write of this transaction has failed".into())
}

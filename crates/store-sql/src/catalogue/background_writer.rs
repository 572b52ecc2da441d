//! Inserts rows in a background task, so that an import can prepare the next rows at the same time.

use std::mem;

use outbound_store::StoreError;
use tokio::task::JoinHandle;
use tracing::Instrument;

use super::new_rows::NewRows;
use crate::off_thread::joined;
use crate::transaction::SqlTransaction;

/// A transaction that may be writing. If it is dropped, it is rolled back after the current write.
pub(super) struct BackgroundWriter(WriterState);

enum WriterState {
    Ready(Box<SqlTransaction>),
    Writing(JoinHandle<Result<SqlTransaction, StoreError>>),
    Failed,
}

impl BackgroundWriter {
    pub(super) fn new(transaction: SqlTransaction) -> Self {
        Self(WriterState::Ready(Box::new(transaction)))
    }

    /// Waits until all rows are written and returns the transaction. Fails with the error of a write; later
    /// calls fail as well.
    pub(super) async fn ready(&mut self) -> Result<&mut SqlTransaction, StoreError> {
        if let WriterState::Writing(task) = &mut self.0 {
            let written = task.await;
            self.0 = WriterState::Failed;
            self.0 = WriterState::Ready(Box::new(joined(written)??));
        }
        match &mut self.0 {
            WriterState::Ready(transaction) => Ok(transaction),
            WriterState::Writing(_) | WriterState::Failed => Err(failed()),
        }
    }

    /// Like [`ready`](Self::ready), but returns the owned transaction.
    pub(super) async fn into_ready(mut self) -> Result<SqlTransaction, StoreError> {
        self.ready().await?;
        match self.0 {
            WriterState::Ready(transaction) => Ok(*transaction),
            WriterState::Writing(_) | WriterState::Failed => Err(failed()),
        }
    }

    /// Starts to write rows after those that are being written. Errors are returned by the next call of
    /// [`ready`](Self::ready).
    pub(super) fn write(&mut self, rows: NewRows) {
        let before = Self(mem::replace(&mut self.0, WriterState::Failed));
        let write = async move {
            let mut transaction = Box::pin(before.into_ready()).await?;
            rows.write(&mut transaction).await?;
            Ok(transaction)
        };
        self.0 = WriterState::Writing(tokio::spawn(write.in_current_span()));
    }
}

fn failed() -> StoreError {
    StoreError::Engine("an earlier write of this transaction has failed".into())
}

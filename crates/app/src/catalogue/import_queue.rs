//! Limits concurrent imports of a process: one per account and few in total, because each locks its account while it
//! runs. Accounts take turns, so an account with many imports delays the others by one import each.

use outbound_fair_queue::{FairQueue, Permit, QueuedCaller, Shares};
use outbound_model::AccountId;

use crate::{App, AppError, Grant, WriteHandoffs};

/// Maximum concurrent imports, of different accounts.
const MAX_IMPORTS: usize = 2;
/// Maximum waiting imports of one account.
const MAX_WAITING_PER_ACCOUNT: usize = 16;

/// The queue of imports of this process.
pub(crate) struct ImportQueue(FairQueue<AccountId>);

/// A place in the queue, until it is dropped.
#[derive(Debug)]
pub struct ImportTicket(QueuedCaller<AccountId>);

/// Permits one import to run, until it is dropped.
#[derive(Debug)]
pub struct ImportPermit {
    _permit: Permit<AccountId>,
}

impl ImportQueue {
    /// `locks` is the number of accounts that can be locked at a time. Imports leave one of them to other writers.
    pub(crate) fn new(locks: usize) -> Self {
        Self(FairQueue::new(Shares {
            total: locks.saturating_sub(1).clamp(1, MAX_IMPORTS),
            per_key: 1,
            max_waiting_per_key: MAX_WAITING_PER_ACCOUNT,
            ..Shares::default()
        }))
    }
}

impl ImportTicket {
    /// Waits until this import may run.
    pub async fn permit(self) -> Result<ImportPermit, AppError> {
        let permit = self.0.granted().await.map_err(|_| AppError::TooManyImports)?;
        Ok(ImportPermit { _permit: permit })
    }
}

impl App {
    /// Adds an import to the queue. Returns [`AppError::TooManyImports`] if too many of the account are waiting.
    pub fn queue_import(&self, grant: &Grant<WriteHandoffs>) -> Result<ImportTicket, AppError> {
        self.import_queue
            .0
            .join(grant.account().clone())
            .map(ImportTicket)
            .map_err(|_| AppError::TooManyImports)
    }
}

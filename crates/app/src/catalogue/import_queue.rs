//! How many imports a process works on at a time: one of an account, and few in all, because each locks its account
//! while it runs. Accounts take turns, so one with many imports delays the others by one each.

use outbound_fair_queue::{FairQueue, Permit, Place, Shares};
use outbound_model::AccountId;

use crate::{App, AppError, Grant, WriteHandoffs};

/// Imports at a time, of different accounts.
const MAX_IMPORTS: usize = 2;
/// Imports of one account that wait.
const MAX_WAITING: usize = 16;

/// The turns of one process.
pub(crate) struct ImportQueue(FairQueue<AccountId>);

/// A place among the imports that wait for their turn, until it is dropped.
#[derive(Debug)]
pub struct ImportTicket(Place<AccountId>);

/// The right to work on one import, until it is dropped.
#[derive(Debug)]
pub struct ImportPermit {
    _permit: Permit<AccountId>,
}

impl ImportQueue {
    /// Imports leave one of the `locks` that accounts can be locked with to others, if there are several.
    pub(crate) fn new(locks: usize) -> Self {
        Self(FairQueue::new(Shares {
            total: locks.saturating_sub(1).clamp(1, MAX_IMPORTS),
            per_key: 1,
            max_waiting_per_key: MAX_WAITING,
            ..Shares::default()
        }))
    }
}

impl ImportTicket {
    /// Waits until the account may begin this import.
    pub async fn turn(self) -> Result<ImportPermit, AppError> {
        let permit = self.0.granted().await.map_err(|_| AppError::TooManyImports)?;
        Ok(ImportPermit { _permit: permit })
    }
}

impl App {
    /// A place among the account's imports. [`AppError::TooManyImports`] where too many wait already.
    pub fn queue_import(&self, grant: &Grant<WriteHandoffs>) -> Result<ImportTicket, AppError> {
        self.import_queue
            .0
            .join(grant.account().clone())
            .map(ImportTicket)
            .map_err(|_| AppError::TooManyImports)
    }
}

//! How many imports a process works on at a time: one of an account, and few in all, because each locks its account
//! while it runs. Accounts take turns, so one with many imports delays the others by one each.

use outbound_fair_queue::{FairQueue, Permit, QueuedCaller, Shares};
use outbound_model::AccountId;

use crate::{App, AppError, Grant, WriteHandoffs};

/// Imports at a time, of different accounts.
const MAX_IMPORTS: usize = 2;
/// Imports of one account that wait.
const MAX_WAITING: usize = 16;

/// The turns of one process.
pub(crate) struct ImportTurns(FairQueue<AccountId>);

/// A place among the imports that wait for their turn, until it is dropped.
#[derive(Debug)]
pub struct ImportPlace(QueuedCaller<AccountId>);

/// The right to work on one import, until it is dropped.
#[derive(Debug)]
pub struct ImportTurn {
    _permit: Permit<AccountId>,
}

impl ImportTurns {
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

impl ImportPlace {
    /// Waits until the account may begin this import.
    pub async fn turn(self) -> Result<ImportTurn, AppError> {
        let permit = self.0.granted().await.map_err(|_| AppError::TooManyImports)?;
        Ok(ImportTurn { _permit: permit })
    }
}

impl App {
    /// A place among the account's imports. [`AppError::TooManyImports`] where too many wait already.
    pub fn import_place(&self, grant: &Grant<WriteHandoffs>) -> Result<ImportPlace, AppError> {
        self.import_turns
            .0
            .join(grant.account().clone())
            .map(ImportPlace)
            .map_err(|_| AppError::TooManyImports)
    }
}

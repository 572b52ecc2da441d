//! How many imports a process works on at a time: one of an account, and few in all, as each has its whole text
//! in memory. Accounts take turns, so one with many imports delays the others by one each.

use outbound_fair_queue::{FairQueue, Permit, Shares};
use outbound_model::AccountId;

use crate::{App, AppError, Grant, WriteHandoffs};

/// Imports at a time, of different accounts.
const MAX_IMPORTS: usize = 2;
/// Imports of one account that wait.
const MAX_WAITING: usize = 16;

/// The turns of one process.
pub(crate) struct ImportTurns(FairQueue<AccountId>);

/// The right to work on one import, until it is dropped.
#[derive(Debug)]
pub struct ImportTurn {
    _permit: Permit<AccountId>,
}

impl Default for ImportTurns {
    fn default() -> Self {
        Self(FairQueue::new(Shares {
            total: MAX_IMPORTS,
            per_key: 1,
            max_waiting_per_key: MAX_WAITING,
            ..Shares::default()
        }))
    }
}

impl App {
    /// Waits until the account may begin an import. [`AppError::TooManyImports`] where too many of its imports wait
    /// already.
    pub async fn import_turn(&self, grant: &Grant<WriteHandoffs>) -> Result<ImportTurn, AppError> {
        let permit = self.import_turns.0.acquire(grant.account().clone()).await;
        let permit = permit.map_err(|_| AppError::TooManyImports)?;
        Ok(ImportTurn { _permit: permit })
    }
}

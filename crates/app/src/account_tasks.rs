//! Work of accounts in the background, at the same time. At most one task of each, so that a slow account delays only
//! itself.

use std::collections::HashSet;
use std::sync::Arc;

use outbound_model::AccountId;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::App;

/// The maximum number of accounts whose work runs at the same time. Others wait for their turn. More than the default
/// number of connections to the database, because the work of a slow account waits for one.
const MAX_RUNNING: usize = 32;

/// Tasks with results. They are stopped when this is dropped.
pub(crate) struct AccountTasks<T> {
    app: App,
    name: &'static str,
    tasks: JoinSet<(AccountId, Option<T>)>,
    accounts: HashSet<AccountId>,
    turns: Arc<Semaphore>,
}

impl<T: Send + 'static> AccountTasks<T> {
    /// Creates an empty set of tasks, whose panics are counted as those of the background task `name`.
    pub(crate) fn new(app: &App, name: &'static str) -> Self {
        let turns = Arc::new(Semaphore::new(MAX_RUNNING));
        Self { app: app.clone(), name, tasks: JoinSet::new(), accounts: HashSet::new(), turns }
    }

    /// Starts the task of an account. Does nothing if there is one whose end [`join_next`](Self::join_next) has not
    /// returned yet.
    pub(crate) fn start(&mut self, account: &AccountId, work: impl Future<Output = T> + Send + 'static) {
        if !self.accounts.insert(account.clone()) {
            return;
        }
        let (app, name, turns, account) = (self.app.clone(), self.name, self.turns.clone(), account.clone());
        self.tasks.spawn(async move {
            // The semaphore is never closed.
            let _turn = turns.acquire().await;
            let result = app.isolate(name, work).await;
            (account, result)
        });
    }

    /// Whether the account has a task.
    pub(crate) fn is_running(&self, account: &AccountId) -> bool {
        self.accounts.contains(account)
    }

    /// The accounts that have a task.
    pub(crate) fn accounts(&self) -> Vec<AccountId> {
        self.accounts.iter().cloned().collect()
    }

    /// The number of tasks.
    pub(crate) fn len(&self) -> usize {
        self.accounts.len()
    }

    /// Waits until a task has ended without a panic, and returns its result. `None` if there are no tasks.
    pub(crate) async fn join_next(&mut self) -> Option<T> {
        // Tasks do not panic themselves, and are stopped only together.
        while let Some(Ok((account, result))) = self.tasks.join_next().await {
            self.accounts.remove(&account);
            if result.is_some() {
                return result;
            }
        }
        None
    }
}

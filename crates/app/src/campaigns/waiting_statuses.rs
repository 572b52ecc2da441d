//! The queue of statuses that wait to be recorded. Callbacks that arrive at the same time share commits.

use outbound_model::AccountId;
use tokio::sync::oneshot;

use super::status_events::Status;
use crate::account_queues::AccountQueues;
use crate::reporting::copy_store_error;
use crate::{App, AppError, TaskEnd, error_chain};

/// The maximum number of statuses of one commit.
const MAX_COMMIT: usize = 1000;

/// The statuses of a callback.
struct Waiting {
    statuses: Vec<Status>,
    outcome: oneshot::Sender<Result<(), AppError>>,
}

/// The waiting statuses of all accounts. Their number is limited by the connections, which wait for responses.
#[derive(Default)]
pub(crate) struct WaitingStatuses(AccountQueues<Waiting>);

impl App {
    /// Records the statuses of a callback. Returns after the commit.
    pub(super) async fn record_statuses(
        &self,
        account: &AccountId,
        statuses: Vec<Status>,
    ) -> Result<(), AppError> {
        if statuses.is_empty() {
            return Ok(());
        }
        let (outcome, recorded) = oneshot::channel();
        if self.waiting_statuses.0.add(account, [Waiting { statuses, outcome }]) {
            let (app, account) = (self.clone(), account.clone());
            tokio::spawn(async move {
                // Restarted after a panic: then the callers whose statuses were taken get an error.
                let work = || record_waiting(app.clone(), account.clone());
                app.supervise("provider_statuses", work).await;
            });
        }
        recorded.await.map_err(|_| AppError::Internal("recording of statuses ended".into()))?
    }
}

async fn record_waiting(app: App, account: AccountId) -> TaskEnd {
    loop {
        let waiting = app.waiting_statuses.0.take(&account, MAX_COMMIT, |waiting| waiting.statuses.len());
        if waiting.is_empty() {
            return TaskEnd::Done;
        }
        let (statuses, callers): (Vec<_>, Vec<_>) =
            waiting.into_iter().map(|waiting| (waiting.statuses, waiting.outcome)).unzip();
        let recorded = app.record_status_batch(&account, &statuses.concat()).await;
        for caller in callers {
            // The caller may have gone.
            let _ = caller.send(recorded.as_ref().copied().map_err(copy));
        }
    }
}

/// The error for each of several callers.
fn copy(error: &AppError) -> AppError {
    match error {
        AppError::Unavailable(error) => AppError::Unavailable(copy_store_error(error)),
        _ => AppError::Internal(error_chain(error).into()),
    }
}

//! The queue of events that wait to be recorded. Single events of many callers share commits.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use outbound_model::{AccountId, JobTask};
use outbound_reporting::{Event, Occurrence, Text, TransactionId};
use outbound_store::{Consumer, NewEvent, RecordOutcome, StoreError};
use tokio::sync::oneshot;

use crate::account_queues::AccountQueues;
use crate::{App, AppError, TaskEnd};

/// The maximum number of events of one commit.
const MAX_COMMIT: usize = 1000;

/// An event to record.
#[derive(Clone, Debug)]
pub(super) struct QueuedEvent {
    pub(super) id: TransactionId,
    pub(super) event: Event,
    pub(super) consumer: Option<Consumer>,
}

impl QueuedEvent {
    /// The message and the id of the conversation that the event closes.
    pub(super) fn closed_conversation(&self) -> Option<(TransactionId, Text)> {
        match &self.event.occurrence {
            Occurrence::ConversationClosed(id) => Some((self.id, id.clone())),
            _ => None,
        }
    }
}

/// Events of one caller, at most [`MAX_COMMIT`].
struct Chunk {
    events: Vec<QueuedEvent>,
    outcome: oneshot::Sender<Result<Vec<RecordOutcome>, StoreError>>,
}

/// The waiting events of all accounts. Their number is limited by the bodies in memory (`events`).
#[derive(Default)]
pub(crate) struct Intake {
    queues: AccountQueues<Chunk>,
    /// The accounts whose jobs this process has enqueued.
    maintained: Mutex<HashSet<AccountId>>,
}

impl Intake {
    /// Whether this is the first call for the account.
    fn is_first_call(&self, account: &AccountId) -> bool {
        self.maintained.lock().unwrap_or_else(PoisonError::into_inner).insert(account.clone())
    }
}

impl App {
    /// Records events and waits until they are committed. The outcomes are in the order of the events. Commits of
    /// later chunks may fail after earlier ones succeeded; the caller sends all events again.
    pub(super) async fn take_in(
        &self,
        account: &AccountId,
        events: Vec<QueuedEvent>,
    ) -> Result<Vec<RecordOutcome>, AppError> {
        let (mut chunks, mut outcomes) = (Vec::new(), Vec::new());
        for events in events.chunks(MAX_COMMIT) {
            let (outcome, wait) = oneshot::channel();
            chunks.push(Chunk { events: events.to_vec(), outcome });
            outcomes.push(wait);
        }
        if !chunks.is_empty() && self.intake.queues.add(account, chunks) {
            let (app, account) = (self.clone(), account.clone());
            tokio::spawn(async move {
                // Restarted after a panic: then the callers whose events were taken get an error.
                let work = || record_waiting(app.clone(), account.clone());
                app.supervise("reporting_intake", work).await;
            });
        }
        let mut all = Vec::new();
        for outcome in outcomes {
            let outcome =
                outcome.await.map_err(|_| AppError::Internal("recording of events ended".into()))?;
            all.extend(outcome?);
        }
        if self.intake.is_first_call(account) {
            // They repeat themselves from then on. After an error, they are enqueued at the next start.
            let now = self.clock.now();
            let jobs = [(JobTask::MaintainAccount, now), (JobTask::AuditReports, self.next_audit())];
            for (job, due_at) in jobs {
                if let Err(error) = self.store.enqueue_job(account, &job, now, due_at).await {
                    let error = crate::error_chain(&error);
                    tracing::warn!(%account, job = %job.id(), error, "cannot enqueue a job of reporting");
                }
            }
        }
        Ok(all)
    }
}

async fn record_waiting(app: App, account: AccountId) -> TaskEnd {
    loop {
        let chunks = app.intake.queues.take(&account, MAX_COMMIT, |chunk| chunk.events.len());
        if chunks.is_empty() {
            return TaskEnd::Done;
        }
        let events: Vec<_> = chunks
            .iter()
            .flat_map(|chunk| &chunk.events)
            .map(|QueuedEvent { id, event, consumer }| NewEvent {
                id: *id,
                event,
                consumer: consumer.clone(),
            })
            .collect();
        let recorded = app.store.record_events(&account, &events).await;
        drop(events);
        let mut outcomes = recorded.map(Vec::into_iter);
        for chunk in chunks {
            let of_chunk = match &mut outcomes {
                Ok(outcomes) => Ok(outcomes.take(chunk.events.len()).collect()),
                Err(error) => Err(copy(error)),
            };
            // The caller may have gone.
            let _ = chunk.outcome.send(of_chunk);
        }
    }
}

/// The error for each of several callers.
pub(crate) fn copy(error: &StoreError) -> StoreError {
    let text = crate::error_chain(error).into();
    match error {
        StoreError::Busy(_) => StoreError::Busy(text),
        StoreError::Unavailable(_) => StoreError::Unavailable(text),
        StoreError::Corrupt(what) => StoreError::Corrupt(what.clone()),
        _ => StoreError::Engine(text),
    }
}

//! The queue of events that wait to be recorded. Single events of many callers share commits.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use outbound_model::{AccountId, JobTask};
use outbound_reporting::{Event, Occurrence, Text, TransactionId};
use outbound_store::{Consumer, NewEvent, RecordOutcome, StoreError};
use tokio::sync::oneshot;

use super::events::EventPermit;
use crate::account_queues::AccountQueues;
use crate::{App, AppError, TaskEnd};

/// The maximum number of events of one commit.
const MAX_COMMIT: usize = 1000;

/// The number of waiting events of an account from which on bodies without a permit are refused: ten commits.
const MAX_WAITING: usize = 10 * MAX_COMMIT;

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
    /// The permit of their body, which counts until all its chunks are recorded or discarded.
    permit: Option<Arc<EventPermit>>,
    outcome: oneshot::Sender<Result<Vec<RecordOutcome>, StoreError>>,
}

/// The waiting events of all accounts. Their number is limited by the permits of bodies (`events`), and by
/// [`MAX_WAITING`] for small bodies, which have none. Events of campaigns also count there, but are never refused.
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

    /// Whether events of a body without a permit may wait, too.
    pub(super) fn has_room(&self, account: &AccountId) -> bool {
        let without_permit = |chunk: &Chunk| if chunk.permit.is_none() { chunk.events.len() } else { 0 };
        self.queues.has_room(account, MAX_WAITING, without_permit, |chunk| !chunk.outcome.is_closed())
    }
}

impl App {
    /// Records events and waits until they are committed. The outcomes are in the order of the events. Commits of
    /// later chunks may fail after earlier ones succeeded; the caller sends all events again. Events whose caller stops
    /// waiting may not be recorded.
    pub(super) async fn take_in(
        &self,
        account: &AccountId,
        events: Vec<QueuedEvent>,
        permit: Option<EventPermit>,
    ) -> Result<Vec<RecordOutcome>, AppError> {
        let permit = permit.map(Arc::new);
        let (mut chunks, mut outcomes) = (Vec::new(), Vec::new());
        for events in events.chunks(MAX_COMMIT) {
            let (outcome, wait) = oneshot::channel();
            chunks.push(Chunk { events: events.to_vec(), permit: permit.clone(), outcome });
            outcomes.push(wait);
        }
        drop(events);
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
        let mut chunks = app.intake.queues.take(&account, MAX_COMMIT, |chunk| chunk.events.len());
        if chunks.is_empty() {
            return TaskEnd::Done;
        }
        // The callers that have gone send their events again.
        chunks.retain(|chunk| !chunk.outcome.is_closed());
        if chunks.is_empty() {
            continue;
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

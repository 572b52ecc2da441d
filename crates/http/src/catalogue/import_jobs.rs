//! The imports that this process executes, and the results that it keeps. Other nodes read the row of an import in the
//! jobs table.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use outbound_model::{AccountId, Clock, JobTask, Monotonic, Timestamp};
use tokio::sync::watch;
use uuid::Uuid;

use super::import_items::WrittenImport;
use super::import_tracker::ImportTracker;
use crate::error::ApiError;

/// How long the result of an import is kept.
const RESULT_RETENTION: Duration = Duration::from_hours(1);
/// The maximum number of kept results per account. Further ones replace the oldest.
const MAX_RESULTS: usize = 10;

/// The imports of one process. Clones share the same state.
#[derive(Clone, Default)]
pub(crate) struct ImportJobs(Arc<Mutex<Vec<Arc<ImportJob>>>>);

/// One import.
pub(crate) struct ImportJob {
    pub(crate) id: Uuid,
    account: AccountId,
    pub(crate) begun_at: Timestamp,
    pub(crate) tracker: Arc<ImportTracker>,
    /// Whether its request was or will be answered with 202.
    is_accepted: AtomicBool,
    is_recorded: watch::Sender<bool>,
    completion: watch::Sender<Option<ImportCompletion>>,
}

/// The response of an import, or its error.
pub(crate) type ImportResult = Arc<Result<WrittenImport, ApiError>>;

/// The result of an import, and when it ended.
#[derive(Clone)]
pub(crate) struct ImportCompletion {
    at: Monotonic,
    pub(crate) ended_at: Timestamp,
    /// The length of the result in bytes; 0 for an error.
    bytes: u64,
    pub(crate) result: ImportResult,
}

impl ImportJob {
    pub(crate) fn finish(&self, result: Result<WrittenImport, ApiError>, clock: &dyn Clock) {
        let (at, ended_at) = (clock.monotonic(), clock.now());
        let bytes = result.as_ref().map_or(0, WrittenImport::bytes);
        let result = Arc::new(result);
        self.completion.send_replace(Some(ImportCompletion { at, ended_at, bytes, result }));
    }

    /// Returns the result, once the import has ended.
    pub(crate) fn completion(&self) -> Option<ImportCompletion> {
        self.completion.borrow().clone()
    }

    /// Waits for the result.
    pub(crate) async fn finished(&self) -> Option<ImportResult> {
        let mut completion = self.completion.subscribe();
        let completion = completion.wait_for(Option::is_some).await.ok()?;
        completion.as_ref().map(|completion| completion.result.clone())
    }

    /// Marks the import as answered with 202. Its row is then kept, because the client will ask for it.
    pub(crate) fn accept(&self) {
        self.is_accepted.store(true, Ordering::SeqCst);
    }

    pub(crate) fn is_accepted(&self) -> bool {
        self.is_accepted.load(Ordering::SeqCst)
    }

    /// Marks the row as stored.
    pub(crate) fn set_recorded(&self) {
        self.is_recorded.send_replace(true);
    }

    /// Waits until the row is stored, or returns the error if the import ends without a row.
    pub(crate) async fn recorded(&self) -> Result<(), ApiError> {
        let mut is_recorded = self.is_recorded.subscribe();
        tokio::select! {
            biased;
            _ = is_recorded.wait_for(|is_recorded| *is_recorded) => Ok(()),
            result = self.finished() => match result.as_deref() {
                Some(Err(error)) if !*self.is_recorded.borrow() => Err(error.clone()),
                _ => Ok(()),
            },
        }
    }

    /// Returns the key of the import's row in the jobs table.
    pub(crate) fn task(&self) -> JobTask {
        JobTask::Import(self.id)
    }

    fn finished_at(&self) -> Option<Monotonic> {
        self.completion.borrow().as_ref().map(|completion| completion.at)
    }

    fn result_bytes(&self) -> u64 {
        self.completion.borrow().as_ref().map_or(0, |completion| completion.bytes)
    }
}

impl ImportJobs {
    fn jobs(&self) -> MutexGuard<'_, Vec<Arc<ImportJob>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds an import that begins now, and removes expired results.
    pub(crate) fn begin(&self, account: &AccountId, by: &str, id: Uuid, clock: &dyn Clock) -> Arc<ImportJob> {
        let job = Arc::new(ImportJob {
            id,
            account: account.clone(),
            begun_at: clock.now(),
            tracker: Arc::new(ImportTracker::new(by)),
            is_accepted: AtomicBool::new(false),
            is_recorded: watch::Sender::new(false),
            completion: watch::Sender::new(None),
        });
        let mut jobs = self.jobs();
        remove_expired(&mut jobs, clock.monotonic());
        let is_result = |job: &&Arc<ImportJob>| job.account == *account && job.finished_at().is_some();
        while jobs.iter().filter(is_result).count() >= MAX_RESULTS
            && let Some(oldest) = jobs.iter().position(|job| is_result(&job))
        {
            jobs.remove(oldest);
        }
        jobs.push(job.clone());
        job
    }

    /// While all results together are longer than `max_bytes`, removes the oldest one of the account that has most.
    pub(crate) fn limit_results(&self, max_bytes: u64) {
        let mut jobs = self.jobs();
        while let Some(index) = result_above(&jobs, max_bytes) {
            jobs.remove(index);
        }
    }

    /// Returns an import of the account that is running or whose result is kept.
    pub(crate) fn find(&self, account: &AccountId, id: Uuid, now: Monotonic) -> Option<Arc<ImportJob>> {
        let mut jobs = self.jobs();
        remove_expired(&mut jobs, now);
        jobs.iter().find(|job| job.account == *account && job.id == id).cloned()
    }

    /// Removes an import whose result was sent.
    pub(crate) fn remove(&self, id: Uuid) {
        self.jobs().retain(|job| job.id != id);
    }
}

/// Returns the position of the next result to remove, so that one account does not use the space of others.
fn result_above(jobs: &[Arc<ImportJob>], max_bytes: u64) -> Option<usize> {
    let mut bytes = HashMap::<&AccountId, u64>::new();
    for job in jobs {
        *bytes.entry(&job.account).or_default() += job.result_bytes();
    }
    if bytes.values().sum::<u64>() <= max_bytes {
        return None;
    }
    let (largest, _) = bytes.into_iter().max_by_key(|(_, bytes)| *bytes)?;
    jobs.iter().position(|job| job.account == *largest && job.result_bytes() > 0)
}

fn remove_expired(jobs: &mut Vec<Arc<ImportJob>>, now: Monotonic) {
    jobs.retain(|job| job.finished_at().is_none_or(|at| now.since(at) < RESULT_RETENTION));
}

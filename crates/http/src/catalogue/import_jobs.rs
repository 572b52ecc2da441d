//! The imports that this process works on, and the results that it keeps. Other nodes know of an import by its row
//! in the jobs table.

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
const RESULT_AGE: Duration = Duration::from_hours(1);
/// How many results of one account are kept; one more replaces the oldest.
const MAX_RESULTS: usize = 10;
/// The bytes of all results, most of them in temporary files; more replace the oldest.
const MAX_RESULT_BYTES: u64 = 1 << 30;

/// The imports of one process; clones share them.
#[derive(Clone, Default)]
pub(crate) struct ImportJobs(Arc<Mutex<Vec<Arc<ImportJob>>>>);

/// One import.
pub(crate) struct ImportJob {
    pub(crate) id: Uuid,
    account: AccountId,
    pub(crate) begun_at: Timestamp,
    pub(crate) progress: Arc<ImportTracker>,
    /// Whether its request was answered 202, or is to be.
    is_accepted: AtomicBool,
    is_recorded: watch::Sender<bool>,
    end: watch::Sender<Option<ImportCompletion>>,
}

/// What an import answers.
pub(crate) type ImportResult = Arc<Result<WrittenImport, ApiError>>;

/// The end of an import.
#[derive(Clone)]
pub(crate) struct ImportCompletion {
    at: Monotonic,
    pub(crate) ended_at: Timestamp,
    pub(crate) result: ImportResult,
}

impl ImportJob {
    pub(crate) fn finish(&self, result: Result<WrittenImport, ApiError>, clock: &dyn Clock) {
        let (at, ended_at) = (clock.monotonic(), clock.now());
        self.end.send_replace(Some(ImportCompletion { at, ended_at, result: Arc::new(result) }));
    }

    /// The end, once it has come.
    pub(crate) fn end(&self) -> Option<ImportCompletion> {
        self.end.borrow().clone()
    }

    /// Waits for the result.
    pub(crate) async fn finished(&self) -> Option<ImportResult> {
        let mut end = self.end.subscribe();
        end.wait_for(Option::is_some).await.ok()?.as_ref().map(|end| end.result.clone())
    }

    /// From now on the row is kept, because the client asks for it.
    pub(crate) fn accept(&self) {
        self.is_accepted.store(true, Ordering::SeqCst);
    }

    pub(crate) fn is_accepted(&self) -> bool {
        self.is_accepted.load(Ordering::SeqCst)
    }

    /// The row is there.
    pub(crate) fn set_recorded(&self) {
        self.is_recorded.send_replace(true);
    }

    /// Waits until the row is there; or the error, if the import ends without one.
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

    /// Its row in the jobs table.
    pub(crate) fn task(&self) -> JobTask {
        JobTask::Import(self.id)
    }

    fn finished_at(&self) -> Option<Monotonic> {
        self.end.borrow().as_ref().map(|end| end.at)
    }

    fn result_bytes(&self) -> u64 {
        let end = self.end();
        end.and_then(|end| end.result.as_ref().as_ref().ok().map(WrittenImport::bytes)).unwrap_or(0)
    }
}

impl ImportJobs {
    fn jobs(&self) -> MutexGuard<'_, Vec<Arc<ImportJob>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds an import that begins now, and forgets results that nobody may ask for any more.
    pub(crate) fn begin(&self, account: &AccountId, by: &str, id: Uuid, clock: &dyn Clock) -> Arc<ImportJob> {
        let job = Arc::new(ImportJob {
            id,
            account: account.clone(),
            begun_at: clock.now(),
            progress: Arc::new(ImportTracker::new(by)),
            is_accepted: AtomicBool::new(false),
            is_recorded: watch::Sender::new(false),
            end: watch::Sender::new(None),
        });
        let mut jobs = self.jobs();
        forget_old(&mut jobs, clock.monotonic());
        let is_result = |job: &&Arc<ImportJob>| job.account == *account && job.finished_at().is_some();
        while jobs.iter().filter(is_result).count() >= MAX_RESULTS
            && let Some(oldest) = jobs.iter().position(|job| is_result(&job))
        {
            jobs.remove(oldest);
        }
        jobs.push(job.clone());
        job
    }

    /// Forgets the oldest results while they are longer than all may be.
    pub(crate) fn bound_results(&self) {
        let mut jobs = self.jobs();
        let mut bytes: u64 = jobs.iter().map(|job| job.result_bytes()).sum();
        jobs.retain(|job| {
            let own = job.result_bytes();
            let is_kept = bytes <= MAX_RESULT_BYTES || own == 0;
            bytes -= if is_kept { 0 } else { own };
            is_kept
        });
    }

    /// An import of the account that is under way, or whose result is kept.
    pub(crate) fn find(&self, account: &AccountId, id: Uuid, now: Monotonic) -> Option<Arc<ImportJob>> {
        let mut jobs = self.jobs();
        forget_old(&mut jobs, now);
        jobs.iter().find(|job| job.account == *account && job.id == id).cloned()
    }

    /// Forgets an import whose result was answered.
    pub(crate) fn forget(&self, id: Uuid) {
        self.jobs().retain(|job| job.id != id);
    }
}

fn forget_old(jobs: &mut Vec<Arc<ImportJob>>, now: Monotonic) {
    jobs.retain(|job| job.finished_at().is_none_or(|at| now.since(at) < RESULT_AGE));
}

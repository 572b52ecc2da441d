//! Imports that go on after their request was answered, and what became of them. Each process knows its own.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use outbound_model::{AccountId, Clock, Monotonic, Timestamp};
use tokio::sync::watch;
use uuid::Uuid;

use super::import_items::WrittenAnswer;
use crate::error::ApiError;

/// How long the result of an import is kept.
const RESULT_AGE: Duration = Duration::from_hours(1);
/// How many results of one account are kept; one more replaces the oldest.
const MAX_RESULTS: usize = 10;

/// The imports of one process; clones share them.
#[derive(Clone, Default)]
pub(crate) struct ImportJobs(Arc<Mutex<Vec<Arc<ImportJob>>>>);

/// One import.
pub(crate) struct ImportJob {
    pub(crate) id: Uuid,
    account: AccountId,
    pub(crate) begun_at: Timestamp,
    pub(crate) progress: Arc<Progress>,
    end: watch::Sender<Option<End>>,
}

/// How many handoffs were told in the attempt that is under way.
#[derive(Default)]
pub(crate) struct Progress(AtomicU64);

#[derive(Clone)]
struct End {
    at: Monotonic,
    result: Arc<Result<WrittenAnswer, ApiError>>,
}

impl Progress {
    pub(crate) fn begin(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    pub(crate) fn add_one(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn handoffs(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl ImportJob {
    pub(crate) fn finish(&self, result: Result<WrittenAnswer, ApiError>, at: Monotonic) {
        self.end.send_replace(Some(End { at, result: Arc::new(result) }));
    }

    /// The result, once there is one.
    pub(crate) fn result(&self) -> Option<Arc<Result<WrittenAnswer, ApiError>>> {
        self.end.borrow().as_ref().map(|end| end.result.clone())
    }

    /// Waits for the result.
    pub(crate) async fn finished(&self) -> Option<Arc<Result<WrittenAnswer, ApiError>>> {
        let mut end = self.end.subscribe();
        end.wait_for(Option::is_some).await.ok()?.as_ref().map(|end| end.result.clone())
    }

    fn finished_at(&self) -> Option<Monotonic> {
        self.end.borrow().as_ref().map(|end| end.at)
    }
}

impl ImportJobs {
    fn jobs(&self) -> MutexGuard<'_, Vec<Arc<ImportJob>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds an import that begins now, and forgets results that nobody may ask for any more.
    pub(crate) fn begin(&self, account: &AccountId, id: Uuid, clock: &dyn Clock) -> Arc<ImportJob> {
        let job = Arc::new(ImportJob {
            id,
            account: account.clone(),
            begun_at: clock.now(),
            progress: Arc::default(),
            end: watch::Sender::new(None),
        });
        let (mut jobs, now) = (self.jobs(), clock.monotonic());
        forget_old(&mut jobs, now);
        let is_result = |job: &&Arc<ImportJob>| job.account == *account && job.finished_at().is_some();
        while jobs.iter().filter(is_result).count() >= MAX_RESULTS
            && let Some(oldest) = jobs.iter().position(|job| is_result(&job))
        {
            jobs.remove(oldest);
        }
        jobs.push(job.clone());
        job
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

//! How far an import is: what its row in the jobs table reports, which any node can read.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use outbound_model::Timestamp;
use serde_json::{Value, json};

use super::import_response::{ImportItem, ImportResponse};
use crate::error::ErrorBody;

/// Items with problems that a report lists.
const MAX_PROBLEMS: usize = 20;
/// The bytes of these.
const MAX_PROBLEM_BYTES: usize = 32 * 1024;

/// How far an import is, and its first problems.
pub(crate) struct ImportTracker {
    by: String,
    started_at: OnceLock<Timestamp>,
    handoffs: AtomicU64,
    problems: Mutex<Problems>,
}

#[derive(Default)]
struct Problems {
    items: Vec<Value>,
    bytes: usize,
}

impl ImportTracker {
    /// Of an import that `by` has sent.
    pub(crate) fn new(by: &str) -> Self {
        let (started_at, problems) = (OnceLock::new(), Mutex::default());
        Self { by: by.to_owned(), started_at, handoffs: AtomicU64::new(0), problems }
    }

    fn problems(&self) -> MutexGuard<'_, Problems> {
        self.problems.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Its turn has come.
    pub(crate) fn start(&self, at: Timestamp) {
        let _ = self.started_at.set(at);
    }

    /// An attempt begins.
    pub(crate) fn begin(&self) {
        self.handoffs.store(0, Ordering::Relaxed);
        *self.problems() = Problems::default();
    }

    /// The next handoff is done.
    pub(crate) fn add(&self, item: &ImportItem) {
        self.handoffs.fetch_add(1, Ordering::Relaxed);
        let mut problems = self.problems();
        if problems.items.len() == MAX_PROBLEMS {
            return;
        }
        let Some(problem) = item.problem() else { return };
        let bytes = problems.bytes + problem.to_string().len();
        if bytes <= MAX_PROBLEM_BYTES {
            problems.bytes = bytes;
            problems.items.push(problem);
        }
    }

    pub(crate) fn by(&self) -> &str {
        &self.by
    }

    pub(crate) fn started_at(&self) -> Option<Timestamp> {
        self.started_at.get().copied()
    }

    /// How many handoffs are done in the attempt that is under way.
    pub(crate) fn handoffs(&self) -> u64 {
        self.handoffs.load(Ordering::Relaxed)
    }

    /// The report of an import that is under way.
    pub(crate) fn report(&self) -> Value {
        json!({ "by": self.by, "startedAt": self.started_at(), "handoffs": self.handoffs() })
    }

    /// The report of one that is done: `answer` with the items that have problems.
    pub(crate) fn done_report(&self, answer: &ImportResponse) -> String {
        let (mut report, items) = (self.report(), self.problems().items.clone());
        let mut result = json!(answer);
        let is_truncated = u64::try_from(items.len()).is_ok_and(|listed| listed < self.handoffs());
        if let Some(result) = result.as_object_mut() {
            // `items` stays the last field.
            result.shift_remove("items");
            if is_truncated {
                result.insert("itemsTruncated".to_owned(), true.into());
            }
            result.insert("items".to_owned(), items.into());
        }
        report["result"] = result;
        report.to_string()
    }

    /// The report of one that failed.
    pub(crate) fn failed_report(&self, error: &ErrorBody) -> String {
        let mut report = self.report();
        report["error"] = json!(error);
        report.to_string()
    }
}

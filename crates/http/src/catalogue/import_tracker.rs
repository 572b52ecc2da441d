//! The progress of an import, as reported in its row in the jobs table, which every node can read.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use outbound_model::Timestamp;
use serde_json::{Value, json};

use super::import_response::{ImportItem, ImportResponse};
use crate::error::ErrorBody;

/// The maximum number of items with problems in a report.
const MAX_PROBLEMS: usize = 20;
/// The maximum size of these items together.
const MAX_PROBLEM_BYTES: usize = 32 * 1024;

/// The progress of an import, and its first problems.
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
    /// Creates the tracker of an import that was sent by `by`.
    pub(crate) fn new(by: &str) -> Self {
        Self {
            by: by.to_owned(),
            started_at: OnceLock::new(),
            handoffs: AtomicU64::new(0),
            problems: Mutex::default(),
        }
    }

    fn problems(&self) -> MutexGuard<'_, Problems> {
        self.problems.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records when the account's turn came.
    pub(crate) fn start(&self, at: Timestamp) {
        let _ = self.started_at.set(at);
    }

    /// Resets the progress at the beginning of an attempt.
    pub(crate) fn begin(&self) {
        self.handoffs.store(0, Ordering::Relaxed);
        *self.problems() = Problems::default();
    }

    /// Counts a processed handoff.
    pub(crate) fn add(&self, item: &ImportItem) {
        self.handoffs.fetch_add(1, Ordering::Relaxed);
        let mut problems = self.problems();
        if problems.items.len() == MAX_PROBLEMS {
            return;
        }
        let Some(problem) = item.problem_summary() else { return };
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

    /// The number of handoffs processed in the current attempt.
    pub(crate) fn handoffs(&self) -> u64 {
        self.handoffs.load(Ordering::Relaxed)
    }

    /// Returns the report of a running import.
    pub(crate) fn report(&self) -> Value {
        json!({ "by": self.by, "startedAt": self.started_at(), "handoffs": self.handoffs() })
    }

    /// Returns the report of a completed import: `response` with the items that have problems.
    pub(crate) fn completed_report(&self, response: &ImportResponse) -> String {
        let (mut report, items) = (self.report(), self.problems().items.clone());
        let mut result = json!(response);
        let is_truncated = u64::try_from(items.len()).is_ok_and(|listed| listed < self.handoffs());
        if let Some(result) = result.as_object_mut() {
            // `items` must stay the last field.
            result.shift_remove("items");
            if is_truncated {
                result.insert("itemsTruncated".to_owned(), true.into());
            }
            result.insert("items".to_owned(), items.into());
        }
        report["result"] = result;
        report.to_string()
    }

    /// Returns the report of a failed import.
    pub(crate) fn failed_report(&self, error: &ErrorBody) -> String {
        let mut report = self.report();
        report["error"] = json!(error);
        report.to_string()
    }
}

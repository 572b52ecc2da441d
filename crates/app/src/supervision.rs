//! Supervision of background tasks: a task that panics or ends early is logged, counted and restarted. A panic in its
//! work for one account is logged and counted, and does not stop the work for others.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures::FutureExt;
use tokio::time::{Instant, sleep};

use crate::App;

/// Delay before the first restart. It doubles with each restart, up to the maximum.
const MIN_DELAY: Duration = Duration::from_secs(1);
const MAX_DELAY: Duration = Duration::from_mins(1);

/// The task that runs campaigns.
pub const CAMPAIGNS_TASK: &str = "campaigns";
/// The task that runs jobs.
pub const JOBS_TASK: &str = "jobs";

/// How a background task ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TaskEnd {
    /// As expected: it has nothing more to do.
    Done,
    /// Unexpectedly: it should have continued.
    Early,
}

/// Number of restarts of each task, and of panics in its work for single accounts.
#[derive(Default)]
pub(crate) struct Restarts(Mutex<BTreeMap<&'static str, u64>>);

impl Restarts {
    /// Increases the count of a task. 0 registers the task, so that metrics list it.
    pub(crate) fn add(&self, task: &'static str, number: u64) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(task).or_default() += number;
    }

    async fn supervise<F: Future<Output = TaskEnd>>(
        &self,
        task: &'static str,
        min_delay: Duration,
        mut start: impl FnMut() -> F,
    ) {
        self.add(task, 0);
        let mut delay = min_delay;
        loop {
            let began = Instant::now();
            match AssertUnwindSafe(async { start().await }).catch_unwind().await {
                Ok(TaskEnd::Done) => return,
                Ok(TaskEnd::Early) => tracing::error!(task, "a background task ended early; it is restarted"),
                Err(_) => tracing::error!(task, "a background task panicked; it is restarted"),
            }
            if began.elapsed() > MAX_DELAY {
                delay = min_delay;
            }
            self.add(task, 1);
            sleep(delay).await;
            delay = MAX_DELAY.min(delay * 2);
        }
    }
}

impl App {
    /// Does work of a background task for one account. Returns `None` if it panics.
    pub(crate) async fn isolate<T>(&self, task: &'static str, work: impl Future<Output = T>) -> Option<T> {
        let done = AssertUnwindSafe(work).catch_unwind().await.ok();
        if done.is_none() {
            tracing::error!(task, "work of a background task for one account panicked");
            self.restarts.add(task, 1);
        }
        done
    }

    /// Runs a background task until it is done. Restarts it after a panic or an early end, with a delay of one
    /// second at first and one minute at most.
    pub async fn supervise<F: Future<Output = TaskEnd>>(&self, task: &'static str, start: impl FnMut() -> F) {
        self.restarts.supervise(task, MIN_DELAY, start).await;
    }

    /// The background tasks of this process and their numbers of restarts, including panics in work for one account.
    pub fn task_restarts(&self) -> Vec<(&'static str, u64)> {
        let restarts = self.restarts.0.lock().unwrap_or_else(PoisonError::into_inner);
        restarts.iter().map(|(task, count)| (*task, *count)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_task_that_panics_or_ends_early_is_restarted_until_it_is_done() {
        let (restarts, mut starts) = (Restarts::default(), 0);
        let start = || {
            starts += 1;
            let number = starts;
            async move {
                match number {
                    1 => panic!("the first time"),
                    2 => TaskEnd::Early,
                    _ => TaskEnd::Done,
                }
            }
        };
        restarts.supervise("test", Duration::ZERO, start).await;
        assert_eq!((starts, restarts.0.lock().unwrap()["test"]), (3, 2));
    }
}

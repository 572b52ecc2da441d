//! Keeps background tasks running: one that panics or ends early is logged, counted, and started again.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures::FutureExt;
use tokio::time::{Instant, sleep};

use crate::App;

/// Before the first restart; doubled at each further one, up to the last.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LAST_PAUSE: Duration = Duration::from_mins(1);

/// How a background task ended by itself.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TaskEnd {
    /// As planned: it has nothing more to do.
    Done,
    /// It should have gone on.
    Early,
}

/// How often each task was restarted.
#[derive(Default)]
pub(crate) struct Restarts(Mutex<BTreeMap<&'static str, u64>>);

impl Restarts {
    /// Adds to the count of a task; with 0 it becomes known.
    pub(crate) fn add(&self, task: &'static str, number: u64) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(task).or_default() += number;
    }

    async fn supervise<F: Future<Output = TaskEnd>>(
        &self,
        task: &'static str,
        first_pause: Duration,
        mut start: impl FnMut() -> F,
    ) {
        self.add(task, 0);
        let mut pause = first_pause;
        loop {
            let began = Instant::now();
            match AssertUnwindSafe(async { start().await }).catch_unwind().await {
                Ok(TaskEnd::Done) => return,
                Ok(TaskEnd::Early) => tracing::error!(task, "a background task ended early; it is restarted"),
                Err(_) => tracing::error!(task, "a background task panicked; it is restarted"),
            }
            if began.elapsed() > LAST_PAUSE {
                pause = first_pause;
            }
            self.add(task, 1);
            sleep(pause).await;
            pause = LAST_PAUSE.min(pause * 2);
        }
    }
}

impl App {
    /// Runs a background task until it is done. After a panic or an early end it starts again, at first
    /// after a second, then less often, at least once a minute.
    pub async fn supervise<F: Future<Output = TaskEnd>>(&self, task: &'static str, start: impl FnMut() -> F) {
        self.restarts.supervise(task, FIRST_PAUSE, start).await;
    }

    /// The background tasks of this process, and how often each was restarted.
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

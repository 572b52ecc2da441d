//! Finds the webhooks that have something to be told, and gives each its turns. Runs on every node that
//! serves, and needs no word from the others.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures::FutureExt;
use outbound_model::{AccountId, WebhookId};
use tokio::task::{Id, JoinSet};
use tokio::time::{Instant, sleep, timeout};

use super::turn::{MOST_PENDING, Turn};
use crate::{App, causes};

/// Without word of a commit, somebody looks for work this often.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// And never more often than this.
const GATHER: Duration = Duration::from_millis(50);
/// Webhooks that are sent to at a time.
const AT_ONCE: usize = 32;
/// A webhook that goes well keeps its place for so long, while others may wait for one.
const LONGEST_STAY: Duration = Duration::from_secs(2);
/// What is under way at the end has so long to end by itself.
const LAST_TRIES: Duration = Duration::from_secs(5);

/// The name of a webhook's turns among the background tasks.
const TURN: &str = "webhook turn";

/// How many tries of this process went well, and how many did not.
#[derive(Debug, Default)]
pub struct AttemptCounts {
    delivered: AtomicU64,
    failed: AtomicU64,
}

impl AttemptCounts {
    pub(super) fn count(&self, delivered: bool) {
        let counter = if delivered { &self.delivered } else { &self.failed };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// Those that the receiver has taken.
    pub fn delivered(&self) -> u64 {
        self.delivered.load(Ordering::Relaxed)
    }

    /// Those that failed.
    pub fn failed(&self) -> u64 {
        self.failed.load(Ordering::Relaxed)
    }
}

type Name = (AccountId, WebhookId);

impl App {
    /// Sends what webhooks are to be told until `stop` comes. To be run on each node that serves.
    pub async fn deliver_webhooks(&self, stop: impl Future<Output = ()>) {
        let mut running = Running::default();
        tokio::select! {
            () = stop => {}
            () = self.dispatch(&mut running) => {}
        }
        if timeout(LAST_TRIES, running.end()).await.is_err() {
            tracing::warn!("left webhooks to the next who looks for them");
        }
    }

    /// How many tries there were.
    pub fn webhook_attempts(&self) -> &AttemptCounts {
        &self.webhook_attempts
    }

    async fn dispatch(&self, running: &mut Running) {
        loop {
            match self.store.webhooks_with_work(self.clock.now(), MOST_PENDING).await {
                Ok(names) => {
                    for name in names {
                        running.start(self, name).await;
                    }
                }
                Err(error) => {
                    tracing::warn!(error = causes(&error), "cannot look for what webhooks are to be told");
                    sleep(LOOK_AGAIN).await;
                }
            }
            tokio::select! {
                () = self.webhook_work.notified() => {}
                () = running.one() => {}
                () = sleep(LOOK_AGAIN) => {}
            }
            sleep(GATHER).await;
        }
    }

    /// Turn after turn, as long as there is more and it goes well.
    async fn turns(self, name: Name) {
        let begun = Instant::now();
        loop {
            match self.webhook_turn(&name.0, &name.1).await {
                Ok(Turn::More) if begun.elapsed() < LONGEST_STAY => {}
                Ok(_) => return,
                Err(error) => {
                    tracing::warn!(account = %name.0, webhook = %name.1, error = causes(&error), "a turn of a webhook failed");
                    // What is wrong is most likely still wrong at once.
                    sleep(LOOK_AGAIN).await;
                    return;
                }
            }
        }
    }
}

/// The webhooks that are sent to now.
#[derive(Default)]
struct Running {
    names: HashMap<Id, Name>,
    tasks: JoinSet<()>,
}

impl Running {
    /// Starts the turns of a webhook, once there is a place; not twice.
    async fn start(&mut self, app: &App, name: Name) {
        if self.names.values().any(|running| *running == name) {
            return;
        }
        while self.names.len() >= AT_ONCE {
            self.one().await;
        }
        let (app, webhook) = (app.clone(), name.clone());
        let task = self.tasks.spawn(async move {
            if AssertUnwindSafe(app.clone().turns(webhook)).catch_unwind().await.is_err() {
                tracing::error!(task = TURN, "a background task panicked; it is restarted");
                app.restarts.add(TURN, 1);
                // It keeps its place meanwhile, so that it is not started again at once.
                sleep(LOOK_AGAIN).await;
            }
        });
        self.names.insert(task.id(), name);
    }

    /// Until one has ended; forever where there is none.
    async fn one(&mut self) {
        let id = match self.tasks.join_next_with_id().await {
            Some(Ok((id, ()))) => id,
            Some(Err(error)) => {
                tracing::error!(%error, "the turns of a webhook broke off");
                error.id()
            }
            None => std::future::pending().await,
        };
        self.names.remove(&id);
    }

    async fn end(&mut self) {
        while self.tasks.join_next().await.is_some() {}
    }
}

//! The background loop of campaigns: steps of the engine, the outbox, and changes for the change feed.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use outbound_connectors::Outcome;
use outbound_model::AccountId;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::calls::{Call, Calls, MAX_CALLS};
use super::claim::ClaimedMessage;
use super::engine::CampaignEngine;
use super::marker::SendingMarker;
use crate::{App, AppError, CAMPAIGNS_TASK, error_chain};

/// Time between two looks for work without a notification.
const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// The maximum time between two steps.
const STEP_INTERVAL: Duration = Duration::from_millis(250);
/// The minimum time between two steps.
const MIN_STEP_INTERVAL: Duration = Duration::from_millis(10);
/// The maximum number of outcomes of one commit.
const MAX_SETTLED: usize = 500;
/// How often an error other than an unavailable database may occur before outcomes of an account are given up.
const MAX_FAILURES: u32 = 5;
/// How long requests may take to finish when the process stops. Longer than a request may take.
const STOP_TIMEOUT: Duration = Duration::from_secs(35);

/// The outcome of a message. The call ends when the outcome is recorded.
struct Answered {
    message: ClaimedMessage,
    outcome: Outcome,
    _call: Call,
}

impl App {
    /// Runs campaigns until `stop` completes, then waits for the outcomes of messages that are in flight. Every node
    /// that serves runs it under [`supervise`](Self::supervise).
    pub async fn run_campaigns(&self, stop: impl Future<Output = ()>, marker: Arc<dyn SendingMarker>) {
        let (answers, answered) = mpsc::channel(MAX_CALLS);
        let mut engine = CampaignEngine::new(self).with_marker(marker).claiming_ahead();
        let (stopping, stopped) = watch::channel(false);
        let others = async {
            tokio::select! {
                () = is_set(stopped.clone()) => {}
                () = self.record_outbox() => {}
                () = self.publish_campaign_changes() => {}
            }
        };
        let stop = async {
            stop.await;
            stopping.send_replace(true);
        };
        let sending = async {
            self.send_until(&stopped, &mut engine, answers).await;
            sleep(STOP_TIMEOUT).await;
            tracing::warn!("stopped while messages were in flight; they count as unknown later");
        };
        // In one task, so that none continues without the others after a panic.
        let messages = async {
            tokio::select! {
                () = sending => {}
                () = self.settle_answers(answered) => {}
            }
        };
        tokio::join!(stop, others, messages);
        if let Err(error) = engine.stop().await {
            tracing::warn!(error = error_chain(&error), "cannot end leases of lanes; they end by themselves");
        }
    }

    /// A claim is never interrupted: if it is committed, its messages are sent.
    async fn send_until(
        &self,
        stopped: &watch::Receiver<bool>,
        engine: &mut CampaignEngine,
        answers: mpsc::Sender<Answered>,
    ) {
        let calls = Calls::default();
        while !*stopped.borrow() {
            let mut wait = POLL_INTERVAL;
            match engine.due_lanes().await {
                Ok(lanes) => {
                    for (account, lane) in lanes {
                        if *stopped.borrow() {
                            return;
                        }
                        let room = u32::try_from(calls.room(&account)).unwrap_or(u32::MAX);
                        for message in engine.claim(&account, &lane, room).await {
                            self.start_call(message, calls.start(&account), answers.clone());
                        }
                    }
                    wait =
                        engine.next_step().unwrap_or(STEP_INTERVAL).clamp(MIN_STEP_INTERVAL, STEP_INTERVAL);
                }
                Err(error) => tracing::warn!(error = error_chain(&error), "cannot run campaigns"),
            }
            // The end of the interval is not an error.
            let _ = timeout(wait, is_set(stopped.clone())).await;
        }
    }

    /// Sends a message in a task of its own when its permit is available. Without an outcome, because of a panic, it counts
    /// as unknown later.
    fn start_call(&self, message: ClaimedMessage, call: Call, answers: mpsc::Sender<Answered>) {
        let app = self.clone();
        tokio::spawn(async move {
            let wait = message.send_at().since(app.clock.monotonic());
            if !wait.is_zero() {
                sleep(wait).await;
            }
            if let Some(outcome) = app.isolate(CAMPAIGNS_TASK, app.send_message(&message)).await {
                // The receiver is gone only if the process stops, or after a panic.
                let _ = answers.send(Answered { message, outcome, _call: call }).await;
            }
        });
    }

    /// Records outcomes until all senders are gone. A commit takes what has arrived for an account. If it fails, a task of
    /// its own tries again, because a locked or damaged row of one account must not delay the outcomes of others.
    async fn settle_answers(&self, mut answered: mpsc::Receiver<Answered>) {
        let (mut batch, mut retries) = (Vec::new(), JoinSet::new());
        while answered.recv_many(&mut batch, MAX_SETTLED).await > 0 {
            for (account, answers) in by_account(batch.drain(..)) {
                if let Err(error) = self.try_settling(&answers).await {
                    let app = self.clone();
                    retries.spawn(async move { app.retry_settling(&account, &answers, error).await });
                }
            }
            self.campaign_work.notify_one();
            // Removes the tasks that have ended.
            while retries.try_join_next().is_some() {}
        }
        while retries.join_next().await.is_some() {}
    }

    async fn try_settling(&self, answers: &[Answered]) -> Result<(), AppError> {
        let settled = self.isolate(CAMPAIGNS_TASK, self.settle_messages(outcomes(answers))).await;
        settled.unwrap_or_else(|| Err(AppError::Internal("recording outcomes panicked".into())))
    }

    /// Tries again after an error: always while the database is unavailable, otherwise a few times. Recorded twice, an
    /// outcome changes nothing.
    async fn retry_settling(&self, account: &AccountId, answers: &[Answered], mut error: AppError) {
        let mut failures = 0;
        loop {
            if !matches!(error, AppError::Unavailable(_)) {
                failures += 1;
            }
            let chain = error_chain(&error);
            if failures == MAX_FAILURES {
                tracing::error!(
                    %account,
                    error = chain,
                    "cannot record outcomes of messages; without a callback, they are unknown"
                );
                return;
            }
            tracing::warn!(%account, error = chain, "cannot record outcomes of messages; tries again");
            sleep(POLL_INTERVAL).await;
            match self.try_settling(answers).await {
                Ok(()) => return self.campaign_work.notify_one(),
                Err(next) => error = next,
            }
        }
    }

    /// Records the events of campaigns, as long as there are any.
    async fn record_outbox(&self) {
        loop {
            match self.record_campaign_events().await {
                Ok(true) => {}
                Ok(false) => {
                    // The end of the interval is not an error.
                    let _ = timeout(POLL_INTERVAL, self.campaign_work.notified()).await;
                }
                Err(error) => {
                    tracing::warn!(error = error_chain(&error), "cannot record events of campaigns");
                    sleep(POLL_INTERVAL).await;
                }
            }
        }
    }
}

/// The answers of each account.
fn by_account(answers: impl Iterator<Item = Answered>) -> HashMap<AccountId, Vec<Answered>> {
    let mut by_account: HashMap<_, Vec<_>> = HashMap::new();
    for answer in answers {
        by_account.entry(answer.message.account.clone()).or_default().push(answer);
    }
    by_account
}

fn outcomes(answers: &[Answered]) -> Vec<(ClaimedMessage, Outcome)> {
    answers.iter().map(|answer| (answer.message.clone(), answer.outcome.clone())).collect()
}

/// Waits until the value is `true`.
async fn is_set(mut value: watch::Receiver<bool>) {
    // An error means that the sender is gone, so nothing runs any more.
    let _ = value.wait_for(|is_set| *is_set).await;
}

//! The background loop of campaigns: steps of the engine, outcomes, the outbox, and changes for the change feed.
//! Accounts do not wait for each other.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use outbound_model::{AccountId, Monotonic};
use outbound_store::LaneId;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, sleep_until};

use super::calls::{MAX_CALLS, ReservedCalls};
use super::claim::ClaimedMessage;
use super::engine::CampaignEngine;
use super::lane_claims::LaneClaims;
use super::marker::SendingMarker;
use super::outcomes::Answered;
use crate::account_tasks::AccountTasks;
use crate::{App, CAMPAIGNS_TASK, error_chain};

/// Time until the next step after an error.
const ERROR_INTERVAL: Duration = Duration::from_secs(1);
/// The maximum time between two steps.
const STEP_INTERVAL: Duration = Duration::from_millis(250);
/// The minimum time between two steps.
const MIN_STEP_INTERVAL: Duration = Duration::from_millis(10);
/// How long requests may take to finish when the process stops. Longer than a request may take.
const STOP_TIMEOUT: Duration = Duration::from_secs(35);

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
        let (app, claims) = (self.clone(), engine.claims());
        let sender = Sender { app, claims, answers, stopped: stopped.clone() };
        let sending = async {
            sender.run(&mut engine).await;
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
}

/// Sends messages until the process stops.
#[derive(Clone)]
struct Sender {
    app: App,
    claims: Arc<LaneClaims>,
    answers: mpsc::Sender<Answered>,
    stopped: watch::Receiver<bool>,
}

impl Sender {
    async fn run(self, engine: &mut CampaignEngine) {
        let mut tasks = AccountTasks::new(&self.app, CAMPAIGNS_TASK);
        while !*self.stopped.borrow() {
            let interval = match engine.due_lanes(&tasks.accounts()).await {
                Ok(lanes) => {
                    for (account, lanes) in by_account(lanes) {
                        tasks.start(&account, self.clone().send(account.clone(), lanes));
                    }
                    STEP_INTERVAL
                }
                Err(error) => {
                    tracing::warn!(error = error_chain(&error), "cannot run campaigns");
                    ERROR_INTERVAL
                }
            };
            self.wait(engine, &mut tasks, interval).await;
        }
        while tasks.join_next().await.is_some() {}
    }

    /// Waits for the next step, which may be earlier once a task has found out when its lanes have their next permits.
    /// That of a task that still runs counts in a later step, because the account can start nothing before.
    async fn wait(
        &self,
        engine: &CampaignEngine,
        tasks: &mut AccountTasks<Option<Monotonic>>,
        interval: Duration,
    ) {
        let now = Instant::now();
        let (earliest, latest) = (now + MIN_STEP_INTERVAL, now + interval);
        let mut next = latest;
        loop {
            tokio::select! {
                biased;
                Some(next_permit) = tasks.join_next() => if let Some(next_permit) = next_permit {
                    next = next.min(Instant::now() + engine.wait_for(next_permit));
                },
                () = is_set(self.stopped.clone()) => return,
                () = sleep_until(next.max(earliest)) => return,
            }
        }
    }

    /// Claims recipients in lanes of an account, one lane after the other, and starts to send. A claim is never
    /// interrupted: if it is committed, its messages are sent. Returns when the first lane has its next permit.
    async fn send(self, account: AccountId, lanes: Vec<LaneId>) -> Option<Monotonic> {
        let mut next_permit = None;
        for lane in lanes {
            if *self.stopped.borrow() {
                break;
            }
            let claim = self.claims.claim(&account, &lane).await;
            next_permit = [next_permit, claim.next_permit].into_iter().flatten().min();
            for (message, call) in claim.messages {
                self.start_call(message, call);
            }
        }
        next_permit
    }

    /// Sends a message in a task of its own when its permit is available. Without an outcome, because of a panic, it
    /// counts as unknown later.
    fn start_call(&self, message: ClaimedMessage, call: ReservedCalls) {
        let (app, answers) = (self.app.clone(), self.answers.clone());
        tokio::spawn(async move {
            let wait = message.send_at().since(app.clock.monotonic());
            if !wait.is_zero() {
                sleep(wait).await;
            }
            if let Some(outcome) = app.isolate(CAMPAIGNS_TASK, app.send_message(&message)).await {
                // The receiver is gone only if the process stops, or after a panic.
                let _ = answers.send(Answered { message, outcome, call }).await;
            }
        });
    }
}

/// The lanes of each account.
fn by_account(lanes: Vec<(AccountId, LaneId)>) -> HashMap<AccountId, Vec<LaneId>> {
    let mut by_account: HashMap<_, Vec<_>> = HashMap::new();
    for (account, lane) in lanes {
        by_account.entry(account).or_default().push(lane);
    }
    by_account
}

/// Waits until the value is `true`.
async fn is_set(mut value: watch::Receiver<bool>) {
    // An error means that the sender is gone, so nothing runs any more.
    let _ = value.wait_for(|is_set| *is_set).await;
}

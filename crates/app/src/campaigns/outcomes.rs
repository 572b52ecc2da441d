//! Records outcomes while campaigns run, those of an account in one commit after the other.

use std::collections::HashMap;
use std::time::Duration;

use outbound_connectors::Outcome;
use outbound_model::AccountId;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::calls::ReservedCalls;
use super::claim::ClaimedMessage;
use super::unsettled::Unsettled;
use crate::account_tasks::AccountTasks;
use crate::{App, AppError, CAMPAIGNS_TASK, error_chain};

/// The maximum number of outcomes that are received at once.
const MAX_RECEIVED: usize = 500;
/// Time between two attempts to record outcomes.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);
/// How often an error other than an unavailable database may occur before outcomes of an account are given up.
const MAX_FAILURES: u32 = 5;

/// The outcome of a message. The call ends when the outcome is recorded.
pub(super) struct Answered {
    pub(super) message: ClaimedMessage,
    pub(super) outcome: Outcome,
    pub(super) call: ReservedCalls,
}

/// Outcomes of an account to record, and their calls.
struct Recording {
    unsettled: Unsettled,
    _calls: Vec<ReservedCalls>,
}

/// What was not recorded because of an error.
type FailedCommit = (Recording, AppError);

impl App {
    /// Records outcomes until all senders are gone. A commit takes what has arrived for an account during the commit
    /// before. If it fails, a task of its own tries again, because a locked or damaged row must not delay later outcomes.
    /// There are no more of these tasks than calls, because a call ends only when its outcome is recorded.
    pub(super) async fn settle_answers(&self, mut answered: mpsc::Receiver<Answered>) {
        let mut commits = AccountTasks::<Option<FailedCommit>>::new(self, CAMPAIGNS_TASK);
        let (mut received, mut retries) = (Vec::new(), JoinSet::new());
        let mut waiting: HashMap<AccountId, Vec<Answered>> = HashMap::new();
        let mut is_open = true;
        while is_open || commits.len() > 0 {
            tokio::select! {
                count = answered.recv_many(&mut received, MAX_RECEIVED), if is_open => is_open = count > 0,
                Some(failed) = commits.join_next() => if let Some((recording, error)) = failed {
                    let app = self.clone();
                    retries.spawn(async move { app.retry_settling(recording, error).await });
                },
                else => {}
            }
            for answer in received.drain(..) {
                waiting.entry(answer.message.account.clone()).or_default().push(answer);
            }
            let next: Vec<_> = waiting.extract_if(|account, _| !commits.is_running(account)).collect();
            for (account, answers) in next {
                commits.start(&account, self.clone().settle_next(Recording::new(account.clone(), answers)));
            }
            // Removes the tasks that have ended.
            while retries.try_join_next().is_some() {}
        }
        while retries.join_next().await.is_some() {}
    }

    /// Records outcomes of an account. Returns them after an error.
    async fn settle_next(self, mut recording: Recording) -> Option<FailedCommit> {
        let settled = self.try_settling(&mut recording).await;
        settled.err().map(|error| (recording, error))
    }

    async fn try_settling(&self, recording: &mut Recording) -> Result<(), AppError> {
        let settled = self.isolate(CAMPAIGNS_TASK, recording.unsettled.settle(self)).await;
        settled.unwrap_or_else(|| Err(AppError::Internal("recording outcomes panicked".into())))?;
        self.campaign_work.notify_one();
        Ok(())
    }

    /// Tries again after an error: always while the database is unavailable, otherwise a few times.
    async fn retry_settling(&self, mut recording: Recording, mut error: AppError) {
        let mut failures = 0;
        loop {
            if !matches!(error, AppError::Unavailable(_)) {
                failures += 1;
            }
            let (account, chain) = (&recording.unsettled.account, error_chain(&error));
            if failures == MAX_FAILURES {
                tracing::error!(
                    %account,
                    error = chain,
                    "cannot record outcomes of messages; without a callback, they are unknown"
                );
                return;
            }
            tracing::warn!(%account, error = chain, "cannot record outcomes of messages; tries again");
            sleep(RETRY_INTERVAL).await;
            match self.try_settling(&mut recording).await {
                Ok(()) => return,
                Err(next) => error = next,
            }
        }
    }
}

impl Recording {
    fn new(account: AccountId, answers: Vec<Answered>) -> Self {
        let answers = answers.into_iter().map(|answer| ((answer.message, answer.outcome), answer.call));
        let (outcomes, calls) = answers.unzip();
        Self { unsettled: Unsettled::new(account, outcomes), _calls: calls }
    }
}

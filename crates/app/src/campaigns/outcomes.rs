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
    pub(super) _call: ReservedCalls,
}

/// Outcomes of an account that were not recorded because of an error.
type FailedCommit = (AccountId, Vec<Answered>, AppError);

impl App {
    /// Records outcomes until all senders are gone. A commit takes what has arrived for an account during the commit
    /// before. If it fails, a task of its own tries again, because a locked or damaged row must not delay later outcomes.
    pub(super) async fn settle_answers(&self, mut answered: mpsc::Receiver<Answered>) {
        let mut commits = AccountTasks::<Option<FailedCommit>>::new(self, CAMPAIGNS_TASK);
        let (mut received, mut retries) = (Vec::new(), JoinSet::new());
        let mut waiting: HashMap<AccountId, Vec<Answered>> = HashMap::new();
        let mut is_open = true;
        while is_open || commits.len() > 0 {
            tokio::select! {
                count = answered.recv_many(&mut received, MAX_RECEIVED), if is_open => is_open = count > 0,
                Some(failed) = commits.join_next() => if let Some((account, answers, error)) = failed {
                    let app = self.clone();
                    retries.spawn(async move { app.retry_settling(&account, &answers, error).await });
                },
                else => {}
            }
            for answer in received.drain(..) {
                waiting.entry(answer.message.account.clone()).or_default().push(answer);
            }
            let next: Vec<_> = waiting.extract_if(|account, _| !commits.is_running(account)).collect();
            for (account, answers) in next {
                commits.start(&account, self.clone().settle_next(account.clone(), answers));
            }
            // Removes the tasks that have ended.
            while retries.try_join_next().is_some() {}
        }
        while retries.join_next().await.is_some() {}
    }

    /// Records outcomes of an account. Returns them after an error.
    async fn settle_next(self, account: AccountId, answers: Vec<Answered>) -> Option<FailedCommit> {
        match self.try_settling(&answers).await {
            Ok(()) => None,
            Err(error) => Some((account, answers, error)),
        }
    }

    async fn try_settling(&self, answers: &[Answered]) -> Result<(), AppError> {
        let outcomes =
            answers.iter().map(|answer| (answer.message.clone(), answer.outcome.clone())).collect();
        let settled = self.isolate(CAMPAIGNS_TASK, self.settle_messages(outcomes)).await;
        settled.unwrap_or_else(|| Err(AppError::Internal("recording outcomes panicked".into())))?;
        self.campaign_work.notify_one();
        Ok(())
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
            sleep(RETRY_INTERVAL).await;
            match self.try_settling(answers).await {
                Ok(()) => return,
                Err(next) => error = next,
            }
        }
    }
}

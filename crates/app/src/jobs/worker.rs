//! Finds and starts due jobs. Accounts take turns, so that none waits for all jobs of another.

use std::time::Duration;

use outbound_store::{JobClaim, StoreError};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::run::LEASE_SECONDS;
use crate::{App, error_chain};

/// Time between polls for due jobs without a notification.
const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// Minimum time between polls.
const MIN_POLL_INTERVAL: Duration = Duration::from_millis(50);
/// Maximum concurrent jobs of a process. Most of them wait for a webhook receiver or the database.
const MAX_RUNNING: usize = 64;
/// Maximum concurrent jobs of one account, on all nodes together.
const MAX_RUNNING_PER_ACCOUNT: u32 = 16;
/// How long running jobs may take to finish when the process stops.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);

impl App {
    /// Runs jobs until `stop` completes. Every node that serves runs it under [`supervise`](Self::supervise).
    pub async fn run_jobs(&self, stop: impl Future<Output = ()>) {
        let mut running = JoinSet::new();
        tokio::select! {
            () = stop => {}
            () = self.start_jobs(&mut running) => {}
        }
        let ended = async { while running.join_next().await.is_some() {} };
        if timeout(STOP_TIMEOUT, ended).await.is_err() {
            tracing::warn!("stopped jobs that were running; they run again once their lease has ended");
        }
    }

    async fn start_jobs(&self, running: &mut JoinSet<()>) {
        loop {
            while running.try_join_next().is_some() {}
            match self.start_due_jobs(running).await {
                Ok(()) => {
                    self.job_counts.set_running(running.len());
                    let ended = async {
                        if running.join_next().await.is_none() {
                            std::future::pending::<()>().await;
                        }
                    };
                    tokio::select! {
                        () = self.job_work.notified() => {}
                        () = ended => {}
                        () = sleep(POLL_INTERVAL) => {}
                    }
                    sleep(MIN_POLL_INTERVAL).await;
                }
                Err(error) => {
                    tracing::warn!(error = error_chain(&error), "cannot look for due jobs");
                    sleep(POLL_INTERVAL).await;
                }
            }
        }
    }

    /// Starts as many due jobs as the limit allows, the same number for each account with due jobs.
    async fn start_due_jobs(&self, running: &mut JoinSet<()>) -> Result<(), StoreError> {
        let free_slots = u32::try_from(MAX_RUNNING.saturating_sub(running.len())).unwrap_or(u32::MAX);
        if free_slots == 0 {
            return Ok(());
        }
        let now = self.clock.now();
        let due = self.store.accounts_with_due_jobs(now, free_slots).await?;
        let lag = due.first().map_or(0, |(_, due_at)| now.millis() - due_at.millis());
        self.job_counts.set_lag(lag);
        let accounts = u32::try_from(due.len()).unwrap_or(u32::MAX);
        let most = free_slots / accounts.max(1);
        let mut failed = Ok(());
        for (account, _) in due {
            // Read the clock for each claim: with a slow database, the previous claims took a while.
            let now = self.clock.now();
            let until = now.plus_seconds(LEASE_SECONDS);
            let claim = JobClaim { now, until, limit: most, max_running: MAX_RUNNING_PER_ACCOUNT };
            match self.store.claim_jobs(&account, claim).await {
                Ok(jobs) => {
                    for job in jobs {
                        running.spawn(self.clone().run_job(account.clone(), job));
                    }
                }
                // Continue with the other accounts.
                Err(error) => failed = Err(error),
            }
        }
        failed
    }
}

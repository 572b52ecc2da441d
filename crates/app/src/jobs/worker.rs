//! Finds due jobs and starts them. The accounts take turns, so that none waits for all jobs of another.

use std::time::Duration;

use outbound_store::{JobClaim, StoreError};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::run::LEASE_SECONDS;
use crate::{App, error_chain};

/// How often to look for due jobs when nobody tells of new ones.
const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// The least time between two looks.
const MIN_POLL_INTERVAL: Duration = Duration::from_millis(50);
/// Jobs that a process runs at a time. Most of them wait for a receiver or the database.
const MAX_RUNNING: usize = 64;
/// Jobs of one account that run at a time, on all nodes.
const MAX_RUNNING_PER_ACCOUNT: u32 = 16;
/// How long jobs may go on when the process stops. Others run again once their lease has ended.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);

impl App {
    /// Runs jobs until `stop` is done. To be run on each node that serves, under
    /// [`supervise`](Self::supervise).
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

    /// Starts as many due jobs as there is room for: the same number of each account that has some.
    async fn start_due_jobs(&self, running: &mut JoinSet<()>) -> Result<(), StoreError> {
        let room = u32::try_from(MAX_RUNNING.saturating_sub(running.len())).unwrap_or(u32::MAX);
        if room == 0 {
            return Ok(());
        }
        let now = self.clock.now();
        let due = self.store.accounts_with_due_jobs(now, room).await?;
        let lag = due.first().map_or(0, |(_, due_at)| now.millis() - due_at.millis());
        self.job_counts.set_lag(lag);
        let accounts = u32::try_from(due.len()).unwrap_or(u32::MAX);
        let most = room / accounts.max(1);
        let mut failed = Ok(());
        for (account, _) in due {
            // Each lease begins with its claim: with a slow database, the claims before it took a while.
            let now = self.clock.now();
            let until = now.plus_seconds(LEASE_SECONDS);
            let claim = JobClaim { now, until, limit: most, max_running: MAX_RUNNING_PER_ACCOUNT };
            match self.store.claim_jobs(&account, claim).await {
                Ok(jobs) => {
                    for job in jobs {
                        running.spawn(self.clone().run_job(account.clone(), job));
                    }
                }
                // The other accounts still get their turn.
                Err(error) => failed = Err(error),
            }
        }
        failed
    }
}

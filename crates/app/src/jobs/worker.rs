//! Finds and starts due jobs. Accounts take turns, so that none waits for all jobs of another, and none waits for the
//! claim of another.

use std::sync::Arc;
use std::time::Duration;

use outbound_model::AccountId;
use outbound_store::{ClaimedJob, JobClaim, StoreError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::run::LEASE_SECONDS;
use crate::account_tasks::AccountTasks;
use crate::{App, JOBS_TASK, error_chain};

/// Time between polls for due jobs without a notification.
const POLL_INTERVAL: Duration = Duration::from_secs(1);
/// Minimum time between polls.
const MIN_POLL_INTERVAL: Duration = Duration::from_millis(50);
/// Maximum concurrent jobs of a process. Most of them wait for a webhook receiver or the database. Those that a claim in
/// progress may return count.
const MAX_RUNNING: usize = 64;
/// Maximum concurrent jobs of one account, on all nodes together.
const MAX_RUNNING_PER_ACCOUNT: u32 = 16;

/// How long running jobs may take to finish when the process stops.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);

/// The jobs that were claimed for an account, and their places among those that run. `None` if the claim failed.
type ClaimedJobs = (AccountId, Option<Vec<(ClaimedJob, OwnedSemaphorePermit)>>);

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
        let mut claims = AccountTasks::new(self, JOBS_TASK);
        let places = Arc::new(Semaphore::new(MAX_RUNNING));
        loop {
            while running.try_join_next().is_some() {}
            let is_full = self.start_claims(&places, &mut claims).await.unwrap_or_else(|error| {
                tracing::warn!(error = error_chain(&error), "cannot look for due jobs");
                false
            });
            let next = Instant::now() + POLL_INTERVAL;
            loop {
                self.job_counts.set_running(running.len());
                tokio::select! {
                    biased;
                    Some((account, jobs)) = claims.join_next() => {
                        // While claims fail, others wait for the next poll, so that they do not add to the database's load.
                        let is_claimed = jobs.is_some();
                        for (job, place) in jobs.into_iter().flatten() {
                            let run = self.clone().run_job(account.clone(), job);
                            running.spawn(async move {
                                run.await;
                                drop(place);
                            });
                        }
                        if is_full && is_claimed {
                            break;
                        }
                    }
                    () = self.job_work.notified() => break,
                    Some(_) = running.join_next() => break,
                    () = sleep_until(next) => break,
                }
            }
            sleep(MIN_POLL_INTERVAL).await;
        }
    }

    /// Starts to claim as many due jobs as the limit allows, the same number for each account with due jobs. Returns
    /// whether others may wait for a place. They need not wait longer once a claim gives back some.
    async fn start_claims(
        &self,
        places: &Arc<Semaphore>,
        claims: &mut AccountTasks<ClaimedJobs>,
    ) -> Result<bool, StoreError> {
        let free_places = places.available_permits();
        if free_places == 0 {
            return Ok(true);
        }
        let now = self.clock.now();
        // Accounts whose claims are in progress do not take the places of others.
        let limit = u32::try_from(free_places + claims.len()).unwrap_or(u32::MAX);
        let mut due = self.store.accounts_with_due_jobs(now, limit).await?;
        let lag = due.first().map_or(0, |(_, due_at)| now.millis() - due_at.millis());
        self.job_counts.set_lag(lag);
        due.retain(|(account, _)| !claims.is_running(account));
        let is_full = due.len() >= free_places;
        due.truncate(free_places);
        let most = u32::try_from(free_places / due.len().max(1)).unwrap_or(u32::MAX);
        let most = most.min(MAX_RUNNING_PER_ACCOUNT);
        for (account, _) in due {
            let Ok(places) = places.clone().try_acquire_many_owned(most) else { break };
            claims.start(&account, self.clone().claim_jobs(account.clone(), places));
        }
        Ok(is_full)
    }

    /// Claims due jobs of an account for these places. An error is only logged, because other accounts continue.
    async fn claim_jobs(self, account: AccountId, mut places: OwnedSemaphorePermit) -> ClaimedJobs {
        let now = self.clock.now();
        let until = now.plus_seconds(LEASE_SECONDS);
        let limit = u32::try_from(places.num_permits()).unwrap_or(u32::MAX);
        let claim = JobClaim { now, until, limit, max_running: MAX_RUNNING_PER_ACCOUNT };
        let jobs = match self.store.claim_jobs(&account, claim).await {
            Ok(jobs) => jobs,
            Err(error) => {
                tracing::warn!(%account, error = error_chain(&error), "cannot claim due jobs");
                return (account, None);
            }
        };
        // The other places are given back.
        let jobs = jobs.into_iter().filter_map(|job| Some((job, places.split(1)?))).collect();
        (account, Some(jobs))
    }
}

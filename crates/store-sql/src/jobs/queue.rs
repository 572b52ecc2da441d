//! Claims jobs, ends their runs, and updates the account's queue.

use outbound_model::{JobState, Timestamp};
use outbound_store::{ClaimedJob, JobClaim, JobEnd, StoreError};

use super::rows::ClaimedRow;
use super::statements as sql;
use crate::transaction::SqlTransaction;

/// The columns of a job after a run.
struct JobUpdate<'a> {
    state: JobState,
    due_at: Option<Timestamp>,
    attempts: i64,
    error: Option<&'a str>,
    report: Option<&'a str>,
}

impl JobUpdate<'_> {
    fn waiting(due_at: Timestamp) -> Self {
        Self { state: JobState::Waiting, due_at: Some(due_at), attempts: 0, error: None, report: None }
    }

    fn ended(state: JobState) -> Self {
        Self { state, due_at: None, attempts: 0, error: None, report: None }
    }
}

impl SqlTransaction {
    /// Makes the queue due when the earliest waiting job is, if that is earlier.
    pub(crate) async fn advance_queue(&mut self) -> Result<(), StoreError> {
        self.execute(sql::ADVANCE_QUEUE, &[]).await.map(drop)
    }

    /// Claims due jobs, and reschedules the queue behind those of other accounts.
    pub(super) async fn claim_jobs(&mut self, claim: JobClaim) -> Result<Vec<ClaimedJob>, StoreError> {
        let JobClaim { now, until, limit, max_running } = claim;
        let is_postgres = self.is_postgres();
        let queue: Option<(i64,)> =
            self.optional(sql::LOCK_QUEUE.for_engine(is_postgres), &[now.into()]).await?;
        if queue.is_none() {
            return Ok(Vec::new());
        }
        let running = self.number(sql::RUNNING_JOBS, &[now.into()]).await?;
        let room = i64::from(max_running).saturating_sub(running).max(0);
        let args = [now.into(), until.into(), room.min(limit.into()).into()];
        let rows: Vec<ClaimedRow> = self.all(sql::CLAIM_JOBS.for_engine(is_postgres), &args).await?;
        let claimed = rows.into_iter().map(ClaimedJob::try_from).collect::<Result<Vec<_>, _>>()?;
        let is_full = i64::try_from(claimed.len()).is_ok_and(|claimed| claimed >= room);
        self.reschedule_queue(now, is_full).await?;
        Ok(claimed)
    }

    /// Makes the locked queue due with its next job, but not before `now`. If the maximum number of jobs is
    /// running (`is_full`), makes it due at the end of a lease. The end of a run advances it.
    async fn reschedule_queue(&mut self, now: Timestamp, is_full: bool) -> Result<(), StoreError> {
        let next: Option<(i64,)> = if is_full {
            self.optional(sql::NEXT_LEASE_END, &[now.into()]).await?
        } else {
            self.optional(sql::NEXT_DUE_TIME, &[]).await?
        };
        match next {
            Some((due_at,)) => self.execute(sql::RESCHEDULE_QUEUE, &[due_at.max(now.millis()).into()]).await,
            None => self.execute(sql::DELETE_QUEUE, &[]).await,
        }
        .map(drop)
    }

    /// Marks a claimed job as done. Returns `false` if the claim was lost.
    pub(crate) async fn finish_job(
        &mut self,
        job: &ClaimedJob,
        report: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let args = [job.id.as_str().into(), job.claim.into(), now.into(), report.into()];
        Ok(self.execute(sql::FINISH_JOB, &args).await? > 0)
    }

    /// Ends the run of a claimed job. Returns `false` if the claim was lost.
    pub(super) async fn end_job(
        &mut self,
        job: &ClaimedJob,
        end: JobEnd<'_>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let id = job.id.as_str();
        let claimed = self.optional(sql::LOCK_CLAIMED_JOB, &[id.into(), job.claim.into()]).await?;
        let Some((wanted_again, attempts)) = claimed else { return Ok(false) };
        let wanted_again: i64 = wanted_again;
        let update = match end {
            JobEnd::Failed(error, Some(at)) => {
                JobUpdate { attempts, error: Some(error), ..JobUpdate::waiting(at) }
            }
            JobEnd::Failed(error, None) => {
                JobUpdate { attempts, error: Some(error), ..JobUpdate::ended(JobState::Failed) }
            }
            JobEnd::FailedWith(error, report) => JobUpdate {
                attempts,
                error: Some(error),
                report: Some(report),
                ..JobUpdate::ended(JobState::Failed)
            },
            _ if wanted_again != 0 => JobUpdate::waiting(now),
            JobEnd::Again(at) => JobUpdate::waiting(at),
            JobEnd::DoneWith(report) => {
                JobUpdate { report: Some(report), ..JobUpdate::ended(JobState::Done) }
            }
            JobEnd::Done => {
                self.execute(sql::DELETE_JOB, &[id.into()]).await?;
                self.advance_queue().await?;
                return Ok(true);
            }
        };
        let ended_at = update.due_at.is_none().then_some(now);
        let row = [
            id.into(),
            update.state.as_str().into(),
            update.due_at.into(),
            update.attempts.into(),
            update.error.into(),
            ended_at.into(),
            update.report.into(),
        ];
        self.execute(sql::SET_JOB, &row).await?;
        self.advance_queue().await?;
        Ok(true)
    }
}

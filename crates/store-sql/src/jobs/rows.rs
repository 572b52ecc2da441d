//! Rows of jobs and their conversion to records.

use outbound_model::{JobId, JobTask};
use outbound_store::{ClaimedJob, Job, StoreError};

use crate::rows::{from_row, parse_stored, time};

pub(super) struct JobRow {
    job_id: String,
    state: String,
    created_at: i64,
    due_at: Option<i64>,
    attempts: i64,
    error: Option<String>,
    ended_at: Option<i64>,
    report: Option<String>,
}

from_row!(JobRow { job_id, state, created_at, due_at, attempts, error, ended_at, report });

/// A job with the account that it belongs to.
pub(super) struct AccountJobRow {
    pub(super) account_id: String,
    pub(super) job: JobRow,
}

from_row!(AccountJobRow { account_id } with job);

impl TryFrom<JobRow> for Job {
    type Error = StoreError;

    fn try_from(row: JobRow) -> Result<Self, StoreError> {
        let id: JobId = parse_stored(&row.job_id)?;
        Ok(Self {
            state: parse_stored(&row.state)?,
            created_at: time(row.created_at)?,
            due_at: row.due_at.map(time).transpose()?,
            attempts: attempts(&id, row.attempts)?,
            error: row.error,
            ended_at: row.ended_at.map(time).transpose()?,
            report: row.report,
            id,
        })
    }
}

pub(super) struct ClaimedRow {
    job_id: String,
    payload: String,
    attempts: i64,
    claims: i64,
}

from_row!(ClaimedRow { job_id, payload, attempts, claims });

impl TryFrom<ClaimedRow> for ClaimedJob {
    type Error = StoreError;

    fn try_from(row: ClaimedRow) -> Result<Self, StoreError> {
        let id: JobId = parse_stored(&row.job_id)?;
        let task = JobTask::read(&id, &row.payload);
        Ok(Self { task, attempts: attempts(&id, row.attempts)?, claim: row.claims, id })
    }
}

fn attempts(id: &JobId, stored: i64) -> Result<u32, StoreError> {
    u32::try_from(stored).map_err(|_| StoreError::Corrupt(format!("the attempts of job {id}")))
}

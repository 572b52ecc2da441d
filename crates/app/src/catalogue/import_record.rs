//! Records of imports over HTTP in the jobs table, so that all nodes and the command line can see imports that
//! continue after their request. The process that received the import executes it and renews the lease of the record.
//! The record is marked as done in the transaction of the import. If the process ends early, the lease expires: a
//! worker claims the record and marks it as failed.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use outbound_model::{AccountId, JobId, JobTask};
use outbound_store::{CatalogueTransaction, ClaimedJob, Job, JobEnd};
use tokio::time::sleep;

use crate::jobs::{JobOutcome, LEASE_SECONDS};
use crate::{App, AppError, BusyRetry, Grant, ImportResult, WriteHandoffs, error_chain};

/// Time between renewals of the lease, which also store the progress.
const RENEW_INTERVAL: Duration = Duration::from_secs(5);
/// Error of an import whose process has ended.
const LOST: &str = "the server stopped before the import was complete; nothing was imported; send it again";

/// The record of an import that this process executes.
#[derive(Debug)]
pub struct ImportRecord {
    account: AccountId,
    claim: Mutex<ClaimedJob>,
    /// Whether a transaction is being committed that marks the record as done. A renewal finds no running import then.
    is_committing: AtomicBool,
}

/// The records of all imports that this process executes.
#[derive(Default)]
pub(crate) struct ImportRecords(Mutex<HashMap<JobId, Weak<ImportRecord>>>);

/// How an import ended.
#[derive(Clone, Copy, Debug)]
pub enum ImportEnd<'e> {
    /// The response contains the result, so the record is not needed any more.
    Answered,
    /// A plan is complete, with its report.
    Planned(&'e str),
    /// It failed, with a message and the report.
    Failed(&'e str, &'e str),
}

/// Marks the record of an import as done in the transaction of the import.
#[derive(Clone, Copy)]
pub struct FinishRecord<'r> {
    /// The record.
    pub record: &'r ImportRecord,
    /// Creates the report to store.
    pub report: &'r (dyn Fn(ImportResult) -> String + Sync),
}

impl fmt::Debug for FinishRecord<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FinishRecord").field("record", self.record).finish_non_exhaustive()
    }
}

impl ImportRecord {
    /// To be set while the transaction is committed that marks the record as done.
    pub(crate) fn set_committing(&self, is_committing: bool) {
        self.is_committing.store(is_committing, Ordering::Release);
    }

    /// Whether a record that was not running under `claim` has been ended by another process.
    fn is_lost(&self, claim: &ClaimedJob) -> bool {
        !self.is_committing.load(Ordering::Acquire) && self.claim().claim == claim.claim
    }

    fn claim(&self) -> MutexGuard<'_, ClaimedJob> {
        self.claim.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ImportRecords {
    fn records(&self) -> MutexGuard<'_, HashMap<JobId, Weak<ImportRecord>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, record: &Arc<ImportRecord>) {
        let mut records = self.records();
        records.retain(|_, record| record.strong_count() > 0);
        records.insert(record.claim().id.clone(), Arc::downgrade(record));
    }
}

impl App {
    /// Adds the record of an import that begins, with its first report (JSON).
    pub async fn record_import(
        &self,
        grant: &Grant<WriteHandoffs>,
        task: &JobTask,
        report: &str,
    ) -> Result<Arc<ImportRecord>, AppError> {
        let account = grant.account();
        let now = self.clock.now();
        let until = now.plus_seconds(LEASE_SECONDS);
        let claim = self.store.start_job(account, task, report, now, until).await?;
        let record = Arc::new(ImportRecord {
            account: account.clone(),
            claim: Mutex::new(claim),
            is_committing: AtomicBool::new(false),
        });
        self.import_records.add(&record);
        Ok(record)
    }

    /// Renews the lease and stores the current `report` periodically. Returns when another process has ended the
    /// import.
    pub async fn renew_import_record(&self, record: &ImportRecord, report: impl Fn() -> String) {
        loop {
            sleep(RENEW_INTERVAL).await;
            let (claim, until) = (record.claim().clone(), self.clock.now().plus_seconds(LEASE_SECONDS));
            match self.store.renew_job(&record.account, &claim, until, Some(&report())).await {
                Ok(false) if record.is_lost(&claim) => return,
                Ok(_) => {}
                // On SQLite, the import itself may be the writer. No worker can claim the record then.
                Err(error) => {
                    let (job, error) = (&claim.id, error_chain(&error));
                    tracing::debug!(account = %record.account, %job, error, "cannot renew the lease of an import");
                }
            }
        }
    }

    /// Ends the record of an import that was not marked as done by its own transaction. Returns `false` if it was after
    /// all, or if another process has ended it.
    pub async fn end_import_record(
        &self,
        record: &ImportRecord,
        end: ImportEnd<'_>,
    ) -> Result<bool, AppError> {
        self.job_counts.count(JobTask::IMPORT, !matches!(end, ImportEnd::Failed(..)));
        let end = match end {
            ImportEnd::Answered => JobEnd::Done,
            ImportEnd::Planned(report) => JobEnd::DoneWith(report),
            ImportEnd::Failed(message, report) => JobEnd::FailedWith(message, report),
        };
        let retry = BusyRetry::new();
        loop {
            let claim = record.claim().clone();
            match self.store.end_job(&record.account, &claim, end, self.clock.now()).await {
                // A worker of this process has claimed the record in the meantime.
                Ok(false) if record.claim().claim != claim.claim => {}
                Ok(ended) => return Ok(ended),
                Err(error) => retry.pause(error.into()).await?,
            }
        }
    }

    /// Deletes the record of a completed import whose result was part of the response.
    pub async fn delete_import_record(&self, record: &ImportRecord) -> Result<(), AppError> {
        let id = record.claim().id.clone();
        let retry = BusyRetry::new();
        while let Err(error) = self.store.delete_ended_job(&record.account, &id).await {
            retry.pause(error.into()).await?;
        }
        Ok(())
    }

    /// The record of an import over HTTP, whichever node executes it.
    pub async fn import_record(
        &self,
        grant: &Grant<WriteHandoffs>,
        task: &JobTask,
    ) -> Result<Option<Job>, AppError> {
        Ok(self.store.job(grant.account(), &task.id()).await?)
    }

    /// Marks the import as done in `transaction`.
    pub(crate) async fn finish_import_record(
        &self,
        transaction: &mut dyn CatalogueTransaction,
        finish: FinishRecord<'_>,
        result: ImportResult,
    ) -> Result<(), AppError> {
        let report = (finish.report)(result);
        loop {
            let claim = finish.record.claim().clone();
            if transaction.finish_job(&claim, &report, self.clock.now()).await? {
                return Ok(());
            }
            if finish.record.claim().claim == claim.claim {
                return Err(AppError::ImportLost);
            }
        }
    }

    /// Handles a record that a worker claimed because its lease had expired. Either the executing process has ended, or
    /// it is this one and could not renew the lease because the database was busy.
    pub(crate) fn claimed_import(&self, job: &ClaimedJob) -> JobOutcome {
        match self.import_records.records().get(&job.id).and_then(Weak::upgrade) {
            Some(record) => {
                *record.claim() = job.clone();
                JobOutcome::HandedOver
            }
            None => JobOutcome::Failed(LOST),
        }
    }
}

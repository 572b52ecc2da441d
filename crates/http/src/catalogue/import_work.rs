//! Executes an import, even if its request no longer waits for it, and updates its row in the jobs table.

use std::io::{Read, Seek};
use std::sync::Arc;

use outbound_app::{
    App, AppError, BusyRetry, FileImport, FileImportResult, Grant, ImportEnd, ImportRecord, ImportRecording,
    ImportTicket, WriteHandoffs, error_chain,
};
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;
use tokio::time::sleep;
use tracing::{Instrument, Span};

use super::import_items::{ImportItems, WrittenImport};
use super::import_jobs::{ImportJob, ImportJobs};
use super::import_response::ImportResponse;
use super::import_upload::ImportUpload;
use crate::edge::Edge;
use crate::error::ApiError;

/// An import to execute.
pub(super) struct ImportWork {
    pub(super) grant: Grant<WriteHandoffs>,
    pub(super) import: FileImport,
    pub(super) upload: ImportUpload,
    pub(super) place: ImportTicket,
}

/// The services that the execution of an import uses.
#[derive(Clone)]
pub(super) struct ImportContext {
    pub(super) app: App,
    pub(super) edge: Edge,
    pub(super) jobs: ImportJobs,
    pub(super) job: Arc<ImportJob>,
}

/// The response, and its report for the row.
type ImportOutcome = (WrittenImport, String);

impl ImportContext {
    /// Adds the row, waits for the account's turn, imports, and stores the result.
    pub(super) async fn work(self, work: ImportWork) {
        // The server waits for this before it stops.
        let _background = self.edge.background_work();
        let (clock, applies) = (self.edge.clock(), work.import.applies);
        let record = match self.record(&work.grant).await {
            Ok(record) => record,
            Err(error) => return self.job.finish(Err(error), clock),
        };
        self.job.set_recorded();
        let (result, report) = match self.clone().in_turn(record.clone(), work).await {
            Ok((response, report)) => (Ok(response), Ok(report)),
            Err(error) => (Err(error.clone()), Err(error)),
        };
        self.job.finish(result, clock);
        self.jobs.limit_results();
        if let Err(error) = self.end_record(&record, applies, report).await {
            let (import, error) = (self.job.id, error_chain(&error));
            tracing::warn!(%import, error, "cannot store the result of an import");
        }
    }

    async fn record(&self, grant: &Grant<WriteHandoffs>) -> Result<Arc<ImportRecord>, ApiError> {
        let (task, report) = (self.job.task(), self.job.tracker.report().to_string());
        tokio::select! {
            recorded = self.app.record_import(grant, &task, &report) => Ok(recorded?),
            () = drain_timeout(&self.edge) => Err(ApiError::stopping()),
        }
    }

    /// Updates the row at the end. An applied import has already done so in its own transaction.
    async fn end_record(
        &self,
        record: &ImportRecord,
        applies: bool,
        report: Result<String, ApiError>,
    ) -> Result<(), AppError> {
        let is_kept = self.job.is_accepted();
        match report {
            Ok(_) if applies && is_kept => {}
            Ok(_) if applies => self.app.delete_import_record(record).await?,
            Ok(report) if is_kept => {
                self.app.end_import_record(record, ImportEnd::Planned(&report)).await?;
            }
            Err(error) if is_kept => {
                let report = self.job.tracker.failed_report(&error.body(self.job.id));
                let end = ImportEnd::Failed(error.message(), &report);
                if !self.app.end_import_record(record, end).await? {
                    // The row has already ended: the error was reported after a commit, or another process was first.
                    self.jobs.remove(self.job.id);
                }
            }
            Ok(_) | Err(_) => {
                self.app.end_import_record(record, ImportEnd::Answered).await?;
            }
        }
        Ok(())
    }

    async fn in_turn(self, record: Arc<ImportRecord>, work: ImportWork) -> Result<ImportOutcome, ApiError> {
        let ImportWork { grant, import, upload, place } = work;
        let permit = tokio::select! {
        permit = place.permit() => permit?,
        error = self.cancelled(&record) => return Err(error),
        };
        self.job.tracker.start(self.edge.clock().now());
        let (runtime, span) = (Handle::current(), Span::current());
        // Runs on another thread, because reading and checking megabytes would delay the requests on this one.
        let work = move || {
            let _import_permit = permit;
            let (mut source, _permit) = upload.into_source();
            runtime.block_on(self.import_source(&grant, &import, &mut *source, &record).instrument(span))
        };
        spawn_blocking(work).await.map_err(|_| ApiError::internal())?
    }

    async fn import_source(
        &self,
        grant: &Grant<WriteHandoffs>,
        import: &FileImport,
        source: &mut (impl Read + Seek + ?Sized),
        record: &ImportRecord,
    ) -> Result<ImportOutcome, ApiError> {
        let tracker = &self.job.tracker;
        let report = |outcome: &FileImportResult| {
            tracker.completed_report(&ImportResponse::new(import.applies, outcome))
        };
        let recording = ImportRecording { record, report: &report };
        let mut items = ImportItems::new(tracker.clone());
        let imported = async {
            let retry = BusyRetry::new();
            loop {
                match self.app.import_file(grant, source, import, &mut items, recording).await {
                    Ok(outcome) => return Ok::<_, AppError>(outcome),
                    Err(error) => retry.pause(error).await?,
                }
            }
        };
        let outcome = tokio::select! {
            outcome = imported => outcome?,
            error = self.cancelled(record) => return Err(error),
        };
        Ok((items.finish(ImportResponse::new(import.applies, &outcome))?, report(&outcome)))
    }

    /// Keeps the row up to date, and returns an error if the import has to be cancelled.
    async fn cancelled(&self, record: &ImportRecord) -> ApiError {
        let report = || self.job.tracker.report().to_string();
        tokio::select! {
            () = self.app.renew_import_record(record, report) => AppError::ImportLost.into(),
            () = drain_timeout(&self.edge) => ApiError::stopping(),
        }
    }
}

/// Waits until the server stops and the time for open requests has passed.
async fn drain_timeout(edge: &Edge) {
    let _ = edge.stopping().wait_for(|stopping| *stopping).await;
    sleep(edge.limits().drain).await;
}

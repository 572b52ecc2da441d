//! Works on an import, whether or not its request still waits for it, and keeps its row in the jobs table up to
//! date.

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

use super::import_answer::ImportAnswer;
use super::import_items::{ImportItems, WrittenAnswer};
use super::import_jobs::{ImportJob, ImportJobs};
use super::import_upload::ImportUpload;
use crate::edge::Edge;
use crate::error::ApiError;

/// An import to work on.
pub(super) struct ImportWork {
    pub(super) grant: Grant<WriteHandoffs>,
    pub(super) import: FileImport,
    pub(super) upload: ImportUpload,
    pub(super) place: ImportTicket,
}

/// What the work reports to, and what may end it.
#[derive(Clone)]
pub(super) struct ImportContext {
    pub(super) app: App,
    pub(super) edge: Edge,
    pub(super) jobs: ImportJobs,
    pub(super) job: Arc<ImportJob>,
}

/// The answer, and the report of it for the row.
type Done = (WrittenAnswer, String);

impl ImportContext {
    /// Adds the row, waits for the account's turn, imports, and notes the result.
    pub(super) async fn work(self, work: ImportWork) {
        // The end of the process waits for this.
        let _background = self.edge.background_work();
        let (clock, applies) = (self.edge.clock(), work.import.applies);
        let record = match self.record(&work.grant).await {
            Ok(record) => record,
            Err(error) => return self.job.finish(Err(error), clock),
        };
        self.job.set_recorded();
        let (result, report) = match self.clone().in_turn(record.clone(), work).await {
            Ok((answer, report)) => (Ok(answer), Ok(report)),
            Err(error) => (Err(error.clone()), Err(error)),
        };
        self.job.finish(result, clock);
        self.jobs.bound_results();
        if let Err(error) = self.end_record(&record, applies, report).await {
            let (import, error) = (self.job.id, error_chain(&error));
            tracing::warn!(%import, error, "cannot store how an import ended");
        }
    }

    async fn record(&self, grant: &Grant<WriteHandoffs>) -> Result<Arc<ImportRecord>, ApiError> {
        let (task, report) = (self.job.task(), self.job.progress.report().to_string());
        tokio::select! {
            recorded = self.app.record_import(grant, &task, &report) => Ok(recorded?),
            () = stopped(&self.edge) => Err(ApiError::stopping()),
        }
    }

    /// Ends the row. That of an applied import is done already, by its own transaction.
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
                let report = self.job.progress.failed_report(&error.body(self.job.id));
                let end = ImportEnd::Failed(error.message(), &report);
                if !self.app.end_import_record(record, end).await? {
                    // The row knows better: the error hid a commit, or another process was first.
                    self.jobs.forget(self.job.id);
                }
            }
            Ok(_) | Err(_) => {
                self.app.end_import_record(record, ImportEnd::Answered).await?;
            }
        }
        Ok(())
    }

    async fn in_turn(self, record: Arc<ImportRecord>, work: ImportWork) -> Result<Done, ApiError> {
        let ImportWork { grant, import, upload, place } = work;
        let permit = tokio::select! {
            permit = place.permit() => permit?,
            error = self.given_up(&record) => return Err(error),
        };
        self.job.progress.start(self.edge.clock().now());
        let (runtime, span) = (Handle::current(), Span::current());
        // To read and check megabytes takes longer than the requests on this thread should wait.
        let work = move || {
            let _permit = permit;
            let (mut text, _place) = upload.into_text();
            runtime.block_on(self.import_file(&grant, &import, &mut *text, &record).instrument(span))
        };
        spawn_blocking(work).await.map_err(|_| ApiError::internal())?
    }

    async fn import_file(
        &self,
        grant: &Grant<WriteHandoffs>,
        import: &FileImport,
        text: &mut (impl Read + Seek + ?Sized),
        record: &ImportRecord,
    ) -> Result<Done, ApiError> {
        let progress = &self.job.progress;
        let report =
            |outcome: &FileImportResult| progress.done_report(&ImportAnswer::new(import.applies, outcome));
        let recording = ImportRecording { record, report: &report };
        let mut items = ImportItems::new(progress.clone());
        let imported = async {
            let retry = BusyRetry::new();
            loop {
                match self.app.import_file(grant, text, import, &mut items, recording).await {
                    Ok(outcome) => return Ok::<_, AppError>(outcome),
                    Err(error) => retry.pause(error).await?,
                }
            }
        };
        let outcome = tokio::select! {
            done = imported => done?,
            error = self.given_up(record) => return Err(error),
        };
        Ok((items.finish(ImportAnswer::new(import.applies, &outcome))?, report(&outcome)))
    }

    /// Keeps the row up to date until the import has to end early.
    async fn given_up(&self, record: &ImportRecord) -> ApiError {
        let report = || self.job.progress.report().to_string();
        tokio::select! {
            () = self.app.renew_import_record(record, report) => AppError::ImportLost.into(),
            () = stopped(&self.edge) => ApiError::stopping(),
        }
    }
}

/// Until the server ends, with the time that open requests have.
async fn stopped(edge: &Edge) {
    let _ = edge.stopping().wait_for(|stopping| *stopping).await;
    sleep(edge.limits().drain).await;
}

//! Executes an import, even if its request no longer waits for it, and updates its row in the jobs table.

use std::sync::Arc;

use outbound_app::{
    App, AppError, BusyRetry, FileImport, FileImportResult, Grant, ImportEnd, ImportPermit, ImportRecord,
    ImportRecording, ImportTicket, WriteHandoffs, error_chain,
};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::sleep;
use tracing::{Instrument, Span};

use super::import_items::{ImportItems, WrittenImport};
use super::import_jobs::{ImportJob, ImportJobs};
use super::import_response::ImportResponse;
use super::import_upload::{ImportSource, ImportUpload};
use crate::edge::Edge;
use crate::error::ApiError;

/// An import to execute, and its place in the queue.
pub(super) struct ImportWork<P> {
    pub(super) grant: Grant<WriteHandoffs>,
    pub(super) import: FileImport,
    pub(super) upload: ImportUpload,
    pub(super) place: P,
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
    pub(super) async fn work(self, work: ImportWork<ImportTicket>) {
        // The server waits for this before it stops.
        let _background = self.edge.background_work();
        let (clock, applies) = (self.edge.clock(), work.import.applies);
        let ImportWork { grant, import, upload, place } = work;
        let mut place = Some(place);
        let record = match self.record(&grant, &mut place).await {
            Ok(record) => record,
            Err(error) => return self.job.finish(Err(error), clock),
        };
        let work = ImportWork { grant, import, upload, place };
        self.job.set_recorded();
        let (result, report) = match self.clone().in_turn(record.clone(), work).await {
            Ok((response, report)) => (Ok(response), Ok(report)),
            Err(error) => (Err(error.clone()), Err(error)),
        };
        self.job.finish(result, clock);
        self.jobs.limit_results(self.edge.limits().import_result_bytes);
        if let Err(error) = self.end_record(&record, applies, report).await {
            let (import, error) = (self.job.id, error_chain(&error));
            tracing::warn!(%import, error, "cannot store the result of an import");
        }
    }

    /// Adds the row. While the database is busy, the import leaves its place in the queue.
    async fn record(
        &self,
        grant: &Grant<WriteHandoffs>,
        place: &mut Option<ImportTicket>,
    ) -> Result<Arc<ImportRecord>, ApiError> {
        let (task, report) = (self.job.task(), self.job.tracker.report().to_string());
        let retry = BusyRetry::new();
        let recorded = async {
            loop {
                match self.app.record_import(grant, &task, &report).await {
                    Ok(record) => return Ok::<_, AppError>(record),
                    Err(error) => {
                        *place = None;
                        retry.pause(error).await?;
                    }
                }
            }
        };
        tokio::select! {
            recorded = recorded => Ok(recorded?),
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

    /// Imports when it is the account's turn. While the database is busy, other imports get their turns.
    async fn in_turn(
        self,
        record: Arc<ImportRecord>,
        work: ImportWork<Option<ImportTicket>>,
    ) -> Result<ImportOutcome, ApiError> {
        let ImportWork { grant, import, upload, mut place } = work;
        let (mut source, _upload_permit) = upload.into_source();
        let cancellation = ImportCancellation::watch(&self, &record);
        let attempt = Arc::new(ImportAttempt { context: self, grant, import, record, cancellation });
        let retry = BusyRetry::new();
        loop {
            let place = place.take().map_or_else(|| attempt.context.app.queue_import(&attempt.grant), Ok);
            let attempted = match place {
                Ok(place) => {
                    let permit = attempt.cancellation.unless_cancelled(place.permit()).await??;
                    let (returned, attempted) = attempt.clone().run(permit, source).await?;
                    source = returned;
                    attempted?
                }
                Err(error) => Err(error),
            };
            match attempted {
                Ok((items, outcome)) => return attempt.written(items, &outcome),
                Err(error) => attempt.cancellation.unless_cancelled(retry.pause(error)).await??,
            }
        }
    }
}

/// What each attempt of an import needs.
struct ImportAttempt {
    context: ImportContext,
    grant: Grant<WriteHandoffs>,
    import: FileImport,
    record: Arc<ImportRecord>,
    cancellation: ImportCancellation,
}

/// The items of a complete import and its result, or the error of one attempt. The outer error is final.
type Attempted = Result<Result<(ImportItems, FileImportResult), AppError>, ApiError>;

impl ImportAttempt {
    /// Imports on another thread, because reading and checking megabytes would delay the requests on this one.
    /// Returns the source for the next attempt.
    async fn run(
        self: Arc<Self>,
        permit: ImportPermit,
        mut source: Box<dyn ImportSource>,
    ) -> Result<(Box<dyn ImportSource>, Attempted), ApiError> {
        let (runtime, span) = (Handle::current(), Span::current());
        let work = move || {
            let attempted = self.import(&mut *source).instrument(span);
            let attempted = runtime.block_on(self.cancellation.unless_cancelled(attempted));
            drop(permit);
            (source, attempted)
        };
        spawn_blocking(work).await.map_err(|_| ApiError::internal())
    }

    async fn import(
        &self,
        source: &mut dyn ImportSource,
    ) -> Result<(ImportItems, FileImportResult), AppError> {
        let tracker = &self.context.job.tracker;
        tracker.start(self.context.edge.clock().now());
        let report = |outcome: &FileImportResult| self.report(outcome);
        let recording = ImportRecording { record: &self.record, report: &report };
        let mut items = ImportItems::new(tracker.clone());
        let app = &self.context.app;
        let outcome = app.import_file(&self.grant, source, &self.import, &mut items, recording).await?;
        Ok((items, outcome))
    }

    fn written(&self, items: ImportItems, outcome: &FileImportResult) -> Result<ImportOutcome, ApiError> {
        Ok((items.finish(ImportResponse::new(self.import.applies, outcome))?, self.report(outcome)))
    }

    fn report(&self, outcome: &FileImportResult) -> String {
        let response = ImportResponse::new(self.import.applies, outcome);
        self.context.job.tracker.completed_report(&response)
    }
}

/// Keeps the row of an import up to date until it is dropped, and knows whether the import has to be cancelled.
struct ImportCancellation {
    error: watch::Receiver<Option<ApiError>>,
    /// Aborts its task when it is dropped.
    _task: JoinSet<()>,
}

impl ImportCancellation {
    fn watch(context: &ImportContext, record: &Arc<ImportRecord>) -> Self {
        let (sender, error) = watch::channel(None);
        let (context, record) = (context.clone(), record.clone());
        let mut task = JoinSet::new();
        let work = async move {
            let report = || context.job.tracker.report().to_string();
            let error = tokio::select! {
                () = context.app.renew_import_record(&record, report) => AppError::ImportLost.into(),
                () = drain_timeout(&context.edge) => ApiError::stopping(),
            };
            sender.send_replace(Some(error));
        };
        task.spawn(work.in_current_span());
        Self { error, _task: task }
    }

    /// Runs `work`, or drops it when the import is cancelled.
    async fn unless_cancelled<T>(&self, work: impl Future<Output = T>) -> Result<T, ApiError> {
        let mut error = self.error.clone();
        tokio::select! {
            done = work => Ok(done),
            error = error.wait_for(Option::is_some) => {
                Err(error.ok().and_then(|error| error.clone()).unwrap_or_else(ApiError::internal))
            }
        }
    }
}

/// Waits until the server stops and the time for open requests has passed.
async fn drain_timeout(edge: &Edge) {
    let _ = edge.stopping().wait_for(|stopping| *stopping).await;
    sleep(edge.limits().drain).await;
}

//! Works on an import, whether or not its request still waits for it.

use std::io::{Read, Seek};
use std::sync::Arc;

use outbound_app::{App, Grant, TextImport, WriteHandoffs};
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;
use tokio::time::sleep;
use tracing::{Instrument, Span};

use super::import_answer::ImportAnswer;
use super::import_items::{ImportItems, WrittenAnswer};
use super::import_jobs::ImportJob;
use super::import_upload::ImportUpload;
use crate::edge::Edge;
use crate::error::ApiError;

/// Waits for the account's turn, imports, and notes the result.
pub(super) async fn work(
    app: App,
    grant: Grant<WriteHandoffs>,
    import: TextImport,
    upload: ImportUpload,
    job: Arc<ImportJob>,
    edge: Edge,
) {
    let result = in_turn(app, grant, import, upload, &job, edge.clone()).await;
    job.finish(result, edge.clock().monotonic());
}

async fn in_turn(
    app: App,
    grant: Grant<WriteHandoffs>,
    import: TextImport,
    upload: ImportUpload,
    job: &ImportJob,
    edge: Edge,
) -> Result<WrittenAnswer, ApiError> {
    let _turn = app.import_turn(&grant).await?;
    let (runtime, span) = (Handle::current(), Span::current());
    let items = ImportItems::new(job.progress.clone());
    // To read and check megabytes takes longer than the requests on this thread should wait.
    let work = move || {
        let (mut text, _place) = upload.into_text();
        let import = import_text(&app, &grant, &import, &mut *text, items, &edge);
        runtime.block_on(import.instrument(span))
    };
    spawn_blocking(work).await.map_err(|_| ApiError::internal())?
}

async fn import_text(
    app: &App,
    grant: &Grant<WriteHandoffs>,
    import: &TextImport,
    text: &mut (impl Read + Seek + ?Sized),
    mut items: ImportItems,
    edge: &Edge,
) -> Result<WrittenAnswer, ApiError> {
    let outcome = tokio::select! {
        done = app.import_text(grant, text, import, &mut items) => done?,
        () = stopped(edge) => return Err(ApiError::stopping()),
    };
    items.finish(&ImportAnswer::new(import.applies, &outcome))
}

/// Until the server ends, with the time that open requests have.
async fn stopped(edge: &Edge) {
    let _ = edge.stopping().wait_for(|stopping| *stopping).await;
    sleep(edge.limits().drain).await;
}

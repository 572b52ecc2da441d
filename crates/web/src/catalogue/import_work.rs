//! Executes the import of a page, or plans it, as long as the page can wait. Both run on a blocking thread, because
//! checking and comparing many handoffs would delay the other requests on this one.

use std::time::Duration;

use outbound_app::{
    App, AppError, Grant, ImportPlan, IncomingHandoff, PublishMode, WriteHandoffs, log_unreported_error,
};
use outbound_http::BackgroundWork;
use tokio::runtime::Handle;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::timeout;
use tracing::{Instrument, Span};

/// What an import or a plan needs.
pub(super) struct ImportWork {
    pub(super) app: App,
    pub(super) grant: Grant<WriteHandoffs>,
    pub(super) incoming: Vec<IncomingHandoff>,
    pub(super) publish: PublishMode,
}

impl ImportWork {
    /// The plan; `None` if it takes longer than `wait`.
    pub(super) async fn plan(self, wait: Duration) -> Result<Option<ImportPlan>, AppError> {
        let place = self.app.queue_import(&self.grant)?;
        let work = async move {
            let _permit = place.permit().await?;
            self.app.plan_import(&self.grant, &self.incoming, self.publish).await
        };
        let planned = on_blocking_thread(timeout(wait, work)).await.map_err(panicked)?;
        planned.map_or(Ok(None), |plan| plan.map(Some))
    }

    /// Imports in a task of its own, so that the timeout does not cancel a commit. `None` if it takes longer than
    /// `wait`; it then continues. `background` lets the server wait for it before it stops.
    pub(super) async fn import(
        self,
        wait: Duration,
        background: BackgroundWork,
    ) -> Result<Option<ImportPlan>, AppError> {
        let place = self.app.queue_import(&self.grant)?;
        let mut import = on_blocking_thread(async move {
            let _background = background;
            let _permit = place.permit().await?;
            self.app.import_all(&self.grant, &self.incoming, self.publish).await
        });
        if let Ok(done) = timeout(wait, &mut import).await {
            return done.map_err(panicked)?.map(Some);
        }
        let unreported = async move {
            if let Ok(Err(error)) = import.await {
                log_unreported_error("an import", &error);
            }
        };
        tokio::spawn(unreported.in_current_span());
        Ok(None)
    }
}

/// Runs `work` on a blocking thread. Its log lines belong to the current request.
fn on_blocking_thread<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
    let (runtime, span) = (Handle::current(), Span::current());
    spawn_blocking(move || runtime.block_on(work.instrument(span)))
}

fn panicked(error: tokio::task::JoinError) -> AppError {
    AppError::Internal(error.into())
}

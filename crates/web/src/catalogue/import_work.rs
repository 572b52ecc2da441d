//! Executes the import of a page, or plans it, as long as the page can wait. Both run on a blocking thread once it is the
//! account's turn, because checking and comparing many handoffs would delay the other requests on this one.

use std::time::Duration;

use outbound_app::{
    App, AppError, Grant, ImportPlan, IncomingHandoff, PublishMode, WriteHandoffs, joined,
    log_unreported_error, run_off_thread,
};
use outbound_http::BackgroundWork;
use tokio::time::{Instant, timeout, timeout_at};
use tracing::Instrument;

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
        let deadline = Instant::now() + wait;
        let place = self.app.queue_import(&self.grant)?;
        let Ok(permit) = timeout_at(deadline, place.permit()).await else { return Ok(None) };
        let permit = permit?;
        let work = async move {
            let _permit = permit;
            timeout_at(deadline, self.app.plan_import(&self.grant, &self.incoming, self.publish)).await
        };
        run_off_thread(work).await?.map_or(Ok(None), |plan| plan.map(Some))
    }

    /// Imports in a task of its own, so that the timeout does not cancel a commit. `None` if it takes longer than
    /// `wait`; it then continues. `background` lets the server wait for it before it stops.
    pub(super) async fn import(
        self,
        wait: Duration,
        background: BackgroundWork,
    ) -> Result<Option<ImportPlan>, AppError> {
        let place = self.app.queue_import(&self.grant)?;
        let work = async move {
            let _background = background;
            let permit = place.permit().await?;
            let import = async move {
                let _permit = permit;
                self.app.import_all(&self.grant, &self.incoming, self.publish).await
            };
            run_off_thread(import).await?
        };
        let mut import = tokio::spawn(work.in_current_span());
        if let Ok(done) = timeout(wait, &mut import).await {
            return joined(done)?.map(Some);
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

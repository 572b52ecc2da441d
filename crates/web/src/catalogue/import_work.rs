//! Executes the import of a page, or plans it, as long as the page can wait.

use std::time::Duration;

use outbound_app::{
    App, AppError, Grant, ImportPlan, IncomingHandoff, PublishMode, WriteHandoffs, log_unreported_error,
};
use outbound_http::BackgroundWork;
use tokio::time::timeout;

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
        let work = async {
            let _permit = place.permit().await?;
            self.app.plan_import(&self.grant, &self.incoming, self.publish).await
        };
        timeout(wait, work).await.map_or(Ok(None), |plan| plan.map(Some))
    }

    /// Imports in a task of its own, so that the timeout does not cancel a commit. `None` if it takes longer than
    /// `wait`; it then continues. `background` lets the server wait for it before it stops.
    pub(super) async fn import(
        self,
        wait: Duration,
        background: BackgroundWork,
    ) -> Result<Option<ImportPlan>, AppError> {
        let place = self.app.queue_import(&self.grant)?;
        let mut import = tokio::spawn(async move {
            let _background = background;
            let _permit = place.permit().await?;
            self.app.import_all(&self.grant, &self.incoming, self.publish).await
        });
        if let Ok(done) = timeout(wait, &mut import).await {
            return done.map_err(|panic| AppError::Internal(panic.into()))?.map(Some);
        }
        tokio::spawn(async move {
            if let Ok(Err(error)) = import.await {
                log_unreported_error("an import", &error);
            }
        });
        Ok(None)
    }
}

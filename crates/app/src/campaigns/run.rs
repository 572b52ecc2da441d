//! The background loop of campaigns.

use std::time::Duration;

use tokio::time::{sleep, timeout};

use crate::{App, error_chain};

/// Time between two looks for work without a notification.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

impl App {
    /// Runs campaigns until `stop` completes. Every node that serves runs it under [`supervise`](Self::supervise).
    pub async fn run_campaigns(&self, stop: impl Future<Output = ()>) {
        tokio::select! {
            () = stop => {}
            () = self.record_outbox() => {}
        }
    }

    /// Records the events of campaigns, as long as there are any.
    async fn record_outbox(&self) {
        loop {
            match self.record_campaign_events().await {
                Ok(true) => {}
                Ok(false) => {
                    // The end of the interval is not an error.
                    let _ = timeout(POLL_INTERVAL, self.campaign_work.notified()).await;
                }
                Err(error) => {
                    tracing::warn!(error = error_chain(&error), "cannot record events of campaigns");
                    sleep(POLL_INTERVAL).await;
                }
            }
        }
    }
}

//! Loops that run in the background of a server, and are stopped after the last request.

use std::sync::Arc;
use std::time::Duration;

use outbound_app::{App, CAMPAIGNS_TASK, JOBS_TASK, SendingMarker, TaskEnd};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// How long the process waits for its jobs. A second longer than jobs themselves take to stop.
const JOBS_STOP_TIMEOUT: Duration = Duration::from_secs(6);
/// How long it waits for responses to messages that are in flight. A second longer than the loop itself.
const CAMPAIGNS_STOP_TIMEOUT: Duration = Duration::from_secs(36);

/// The task of a loop.
pub(super) struct BackgroundLoop {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
    stop_timeout: Duration,
}

impl BackgroundLoop {
    /// Starts to run jobs.
    pub(super) fn jobs(app: App) -> Self {
        let (stop, receiver) = watch::channel(false);
        let task = tokio::spawn(async move {
            let run = || async {
                app.run_jobs(stopped(receiver.clone())).await;
                TaskEnd::Done
            };
            app.supervise(JOBS_TASK, run).await;
        });
        Self { stop, task, stop_timeout: JOBS_STOP_TIMEOUT }
    }

    /// Starts to run campaigns.
    pub(super) fn campaigns(app: App, marker: Arc<dyn SendingMarker>) -> Self {
        let (stop, receiver) = watch::channel(false);
        let task = tokio::spawn(async move {
            let run = || async {
                app.run_campaigns(stopped(receiver.clone()), marker.clone()).await;
                TaskEnd::Done
            };
            app.supervise(CAMPAIGNS_TASK, run).await;
        });
        Self { stop, task, stop_timeout: CAMPAIGNS_STOP_TIMEOUT }
    }

    /// Waits until the loop has stopped, so that no other node has to repeat its work.
    pub(super) async fn stop(self) {
        self.stop.send_replace(true);
        // The supervisor does not panic. It may still wait to restart the task after a panic, so the timeout is not an
        // error.
        let _ = timeout(self.stop_timeout, self.task).await;
    }
}

/// Completes when the loop has to stop. A receive error means the sender was dropped, which also stops it.
async fn stopped(mut stop: watch::Receiver<bool>) {
    drop(stop.wait_for(|stop| *stop).await);
}

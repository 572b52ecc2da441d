//! Periodic tasks of a server.

use std::time::Duration;

use outbound_app::{App, AppError, TaskEnd, error_chain};

/// How often each task runs.
const INTERVAL: Duration = Duration::from_mins(1);

/// Starts the periodic tasks. Each one runs separately, so that the failure of one does not affect the others.
pub(super) fn start(app: &App) {
    every_minute(app, "signing keys", |app| async move { app.maintain_signing_keys().await });
    every_minute(app, "nonces", |app| async move { app.prune_nonces().await });
    every_minute(app, "reporting storage", |app| async move { app.maintain_reporting_storage().await });
    every_minute(app, "lock-outs", |app| async move { app.write_lockouts().await });
}

fn every_minute<F>(app: &App, task: &'static str, work: fn(App) -> F)
where
    F: Future<Output = Result<(), AppError>> + Send + 'static,
{
    let app = app.clone();
    tokio::spawn(async move { app.supervise(task, || repeated(&app, task, work)).await });
}

async fn repeated<F: Future<Output = Result<(), AppError>>>(
    app: &App,
    task: &'static str,
    work: fn(App) -> F,
) -> TaskEnd {
    loop {
        tokio::time::sleep(INTERVAL).await;
        if let Err(error) = work(app.clone()).await {
            tracing::warn!(
                task,
                error = error_chain(&error),
                "a background task failed and is retried in a minute"
            );
        }
    }
}

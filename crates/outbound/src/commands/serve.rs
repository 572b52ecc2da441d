//! `outbound serve`.

use std::time::Duration;

use outbound_app::App;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::arguments::Serve;
use crate::commands::demo;
use crate::error::CliError;
use crate::output::print;

const MAINTENANCE: Duration = Duration::from_mins(1);

pub(super) async fn run(app: &App, serve: &Serve) -> Result<(), CliError> {
    let failed = |error| CliError::Listen { address: serve.listen, error };
    // First, so that a signal that comes while it starts ends it in good order, too.
    let stop = stopped();
    let listener = TcpListener::bind(serve.listen).await.map_err(failed)?;
    let base = format!("http://{}", listener.local_addr().map_err(failed)?);
    app.maintain_signing_keys().await?;
    print(format!("Outbound {} serves {base}\n", env!("CARGO_PKG_VERSION")))?;
    if serve.demo || serve.demo_credentials.is_some() {
        let made = if serve.demo { app.fill_with_demo().await? } else { None };
        demo::show(&base, made.as_ref())?;
        if let Some(path) = &serve.demo_credentials {
            demo::write_credentials(path, &base, made.as_ref())?;
        }
    }
    tokio::spawn(maintain(app.clone()));
    let follower = app.clone();
    tokio::spawn(async move { follower.follow_changes().await });
    outbound_http::serve(listener, outbound_http::router(app.clone()), stop).await;
    Ok(())
}

/// Listens from now on for SIGTERM and SIGINT, and is ready when one comes. Without signals there is
/// nothing to wait for but the end of the process.
fn stopped() -> impl Future<Output = ()> {
    let signals = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()));
    async move {
        let (Ok(mut terminate), Ok(mut interrupt)) = signals else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: open requests may finish");
    }
}

async fn maintain(app: App) {
    loop {
        tokio::time::sleep(MAINTENANCE).await;
        if let Err(error) = app.maintain_signing_keys().await {
            tracing::warn!(%error, "cannot look after the signing keys; trying again in a minute");
        }
    }
}

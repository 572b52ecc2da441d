//! Signals of a server: the first SIGTERM or SIGINT stops it gracefully, the second one immediately. SIGHUP reloads
//! settings.

use std::future::pending;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;

/// The signal handlers. They are installed before the server starts, so that no signal is missed.
pub(super) struct Signals {
    /// SIGTERM and SIGINT.
    pub(super) stop: StopSignals,
    /// SIGHUP.
    pub(super) reload: ReloadSignals,
}

/// SIGTERM and SIGINT. `None` if the handlers could not be installed.
pub(super) struct StopSignals(Option<(Signal, Signal)>);

/// SIGHUP. `None` if the handler could not be installed.
pub(super) struct ReloadSignals(Option<Signal>);

impl Signals {
    pub(super) fn listen() -> Self {
        let terminate = signal(SignalKind::terminate()).ok();
        let stop = StopSignals(terminate.zip(signal(SignalKind::interrupt()).ok()));
        Self { stop, reload: ReloadSignals(signal(SignalKind::hangup()).ok()) }
    }
}

impl StopSignals {
    /// Sends on `stop` at the first signal and returns at the second one.
    pub(super) async fn stop_then_return(&mut self, stop: oneshot::Sender<()>) {
        self.next().await;
        tracing::info!("stopping after open requests are finished; a second signal stops immediately");
        // Fails if the server has already stopped.
        let _ = stop.send(());
        self.next().await;
        tracing::info!("stopping immediately");
    }

    /// Waits for the next signal.
    pub(super) async fn next(&mut self) {
        let Some((terminate, interrupt)) = &mut self.0 else { return pending().await };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    }
}

impl ReloadSignals {
    /// Waits for the next signal.
    pub(super) async fn next(&mut self) {
        match &mut self.0 {
            Some(signal) => {
                signal.recv().await;
            }
            None => pending().await,
        }
    }
}

//! The signals that a server listens to: the first SIGTERM or SIGINT stops it in good order, the second
//! ends it at once, SIGHUP reloads.

use std::future::pending;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;

/// The signals, listened to from the moment this is made, so that a signal that comes while the server
/// starts counts, too.
pub(super) struct Signals {
    /// SIGTERM and SIGINT.
    pub(super) ends: Ends,
    /// SIGHUP.
    pub(super) hang_up: HangUps,
}

/// SIGTERM and SIGINT; `None` where the system has no signals.
pub(super) struct Ends(Option<(Signal, Signal)>);

/// Ready at each SIGHUP; never where the system has no signals.
pub(super) struct HangUps(Option<Signal>);

impl Signals {
    pub(super) fn listen() -> Self {
        let terminate = signal(SignalKind::terminate()).ok();
        let ends = Ends(terminate.zip(signal(SignalKind::interrupt()).ok()));
        Self { ends, hang_up: HangUps(signal(SignalKind::hangup()).ok()) }
    }
}

impl Ends {
    /// Sends on `stop` at the first signal and returns at the second.
    pub(super) async fn stop_then_end(&mut self, stop: oneshot::Sender<()>) {
        self.next().await;
        tracing::info!("stopping: open requests may finish; a second signal cuts them off");
        // Refused where the server has ended meanwhile.
        let _ = stop.send(());
        self.next().await;
        tracing::info!("ending at once");
    }

    async fn next(&mut self) {
        let Some((terminate, interrupt)) = &mut self.0 else { return pending().await };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    }
}

impl HangUps {
    pub(super) async fn next(&mut self) {
        match &mut self.0 {
            Some(signal) => {
                signal.recv().await;
            }
            None => pending().await,
        }
    }
}

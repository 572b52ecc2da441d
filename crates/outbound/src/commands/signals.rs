//! The signals that a server listens to: the first SIGTERM or SIGINT stops it in good order, the second
//! ends it at once, SIGHUP reloads.

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;

/// What signals ask for. Listens from the moment it is made, so that a signal that comes while the server
/// starts counts, too.
pub(super) struct Signals {
    /// Ready at the first SIGTERM or SIGINT.
    pub(super) stop: oneshot::Receiver<()>,
    /// Ready at the second.
    pub(super) end: oneshot::Receiver<()>,
    /// Each SIGHUP.
    pub(super) hang_up: HangUps,
}

/// Ready at each SIGHUP; never where the system has no signals.
pub(super) struct HangUps(Option<Signal>);

impl Signals {
    pub(super) fn listen() -> Self {
        let (stopping, stop) = oneshot::channel();
        let (ending, end) = oneshot::channel();
        let signals = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()));
        tokio::spawn(async move {
            let (Ok(mut terminate), Ok(mut interrupt)) = signals else {
                // Keeps the senders: without signals there is nothing to wait for but the process's end.
                return std::future::pending().await;
            };
            let messages =
                ["stopping: open requests may finish; a second signal cuts them off", "ending at once"];
            for (asked, message) in [stopping, ending].into_iter().zip(messages) {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = interrupt.recv() => {}
                }
                tracing::info!("{message}");
                let _ = asked.send(());
            }
        });
        Self { stop, end, hang_up: HangUps(signal(SignalKind::hangup()).ok()) }
    }
}

impl HangUps {
    pub(super) async fn next(&mut self) {
        match &mut self.0 {
            Some(signal) => {
                signal.recv().await;
            }
            None => std::future::pending().await,
        }
    }
}

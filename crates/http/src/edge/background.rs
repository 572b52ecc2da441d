//! Tracks work that continues after its request was answered, such as a long import. The server waits for it
//! before it stops.

use tokio::sync::watch;

/// Counts the running pieces of background work.
#[derive(Default)]
pub(super) struct Background(watch::Sender<usize>);

/// Marks one piece of background work as running until it is dropped.
pub struct BackgroundWork(watch::Sender<usize>);

impl Background {
    pub(super) fn begin(&self) -> BackgroundWork {
        self.0.send_modify(|count| *count += 1);
        BackgroundWork(self.0.clone())
    }

    /// Waits until no background work is running.
    pub(super) async fn done(&self) {
        let _ = self.0.subscribe().wait_for(|count| *count == 0).await;
    }
}

impl Drop for BackgroundWork {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

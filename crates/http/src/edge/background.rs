//! Work that goes on after its request was answered, such as a long import. The end of the server waits for it.

use tokio::sync::watch;

/// How much of it is under way.
#[derive(Default)]
pub(super) struct Background(watch::Sender<usize>);

/// One piece of such work, until it is dropped.
pub(crate) struct BackgroundWork(watch::Sender<usize>);

impl Background {
    pub(super) fn begin(&self) -> BackgroundWork {
        self.0.send_modify(|count| *count += 1);
        BackgroundWork(self.0.clone())
    }

    /// Waits until there is none.
    pub(super) async fn done(&self) {
        let _ = self.0.subscribe().wait_for(|count| *count == 0).await;
    }
}

impl Drop for BackgroundWork {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

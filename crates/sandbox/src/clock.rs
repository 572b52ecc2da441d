//! The time of a sandbox: the clock of the machine, or a virtual clock that jumps to the next event.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use outbound_model::{Clock, Timestamp};

/// The time of a sandbox.
#[async_trait]
pub trait SandboxClock: Send + Sync {
    /// The time.
    fn now(&self) -> Timestamp;

    /// Returns when it is `time`.
    async fn wait_until(&self, time: Timestamp);
}

/// The clock of the machine.
pub struct WallClock(Arc<dyn Clock>);

impl WallClock {
    /// Uses `clock`.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self(clock)
    }
}

#[async_trait]
impl SandboxClock for WallClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    async fn wait_until(&self, time: Timestamp) {
        let millis = time.millis().saturating_sub(self.0.now().millis());
        tokio::time::sleep(Duration::from_millis(u64::try_from(millis).unwrap_or_default())).await;
    }
}

/// A clock for tests. Waiting takes no time: it moves the clock to the time that is waited for. Clones share the time.
#[derive(Clone, Debug)]
pub struct VirtualClock(Arc<AtomicI64>);

impl VirtualClock {
    /// A clock that starts at `start`.
    pub fn starting_at(start: Timestamp) -> Self {
        Self(Arc::new(AtomicI64::new(start.millis())))
    }
}

#[async_trait]
impl SandboxClock for VirtualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst)).unwrap_or(Timestamp::EPOCH)
    }

    async fn wait_until(&self, time: Timestamp) {
        self.0.fetch_max(time.millis(), Ordering::SeqCst);
    }
}

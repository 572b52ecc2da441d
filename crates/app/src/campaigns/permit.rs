//! The permits of a lane, which the engine and the messages of the lane share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use outbound_campaigns::LaneBucket;
use outbound_model::Monotonic;

/// The bucket of a lane.
pub(super) struct SharedBucket {
    pub(super) bucket: Arc<Mutex<LaneBucket>>,
    /// Whether another process may have sent for the lane.
    pub(super) is_lost: bool,
}

impl SharedBucket {
    /// The bucket of a lane that was taken over.
    pub(super) fn new(rate: u32, now: Monotonic) -> Self {
        Self { bucket: Arc::new(Mutex::new(LaneBucket::taken_over(rate, now))), is_lost: false }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, LaneBucket> {
        self.bucket.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The permit of a message.
#[derive(Clone, Debug)]
pub(super) struct Permit {
    pub(super) bucket: Arc<Mutex<LaneBucket>>,
    pub(super) taken_at: Monotonic,
}

impl Permit {
    /// Whether the message may be sent now. The process may have been frozen after the claim.
    pub(super) fn may_send(&self, now: Monotonic) -> bool {
        self.bucket.lock().unwrap_or_else(PoisonError::into_inner).send(self.taken_at, now)
    }
}

//! The permits of a lane, which the engine and the messages of the lane share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use outbound_campaigns::LaneBucket;
use outbound_model::Monotonic;

/// The bucket of a lane.
pub(super) struct SharedBucket {
    pub(super) bucket: Arc<Mutex<LaneBucket>>,
    /// Whether another process may have sent for the lane.
    pub(super) is_lost: bool,
    /// The number of claims of the lane that this process knows of.
    pub(super) claims: i64,
    /// Claims in progress have a clone.
    pub(super) claiming: Arc<()>,
}

impl SharedBucket {
    /// The bucket of a lane that was taken over.
    pub(super) fn new(rate: u32, claims: i64, now: Monotonic) -> Self {
        let bucket = Arc::new(Mutex::new(LaneBucket::taken_over(rate, now)));
        Self { bucket, is_lost: false, claims, claiming: Arc::default() }
    }

    /// Whether a claim of the lane is in progress.
    pub(super) fn is_claiming(&self) -> bool {
        Arc::strong_count(&self.claiming) > 1
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

/// The permit of a message that is sent.
pub(super) struct UsedPermit<'p> {
    permit: &'p Permit,
    counts_from: Monotonic,
    sent_at: Monotonic,
}

impl Permit {
    /// Uses the permit now. `None` if the message must not be sent: the process may have been frozen after the claim.
    pub(super) fn send(&self, now: Monotonic) -> Option<UsedPermit<'_>> {
        let counts_from = self.lock().send(self.taken_at, now)?;
        Some(UsedPermit { permit: self, counts_from, sent_at: now })
    }

    fn lock(&self) -> MutexGuard<'_, LaneBucket> {
        self.bucket.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl UsedPermit<'_> {
    /// The provider has responded now, or the message may have arrived until now.
    pub(super) fn respond(self, now: Monotonic) {
        self.permit.lock().respond(self.counts_from, self.sent_at, now);
    }
}

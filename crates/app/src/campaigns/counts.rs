//! Numbers for metrics: callbacks, and requests to providers by their results.

use std::sync::atomic::{AtomicU64, Ordering};

use outbound_connectors::Outcome;

/// The numbers of callbacks and of the events in them since the start.
#[derive(Debug, Default)]
pub struct CallbackCounts {
    accepted: AtomicU64,
    rejected: AtomicU64,
    unknown_connection: AtomicU64,
    events: AtomicU64,
    unknown: AtomicU64,
    ignored: AtomicU64,
}

/// What became of a callback.
#[derive(Clone, Copy, Debug)]
pub(super) enum CallbackResult {
    Accepted,
    Rejected,
    UnknownConnection,
}

impl CallbackCounts {
    /// The numbers of callbacks by result: with a correct signature, with a missing or wrong one, and with a path that
    /// belongs to no connection.
    pub fn callbacks(&self) -> [(&'static str, u64); 3] {
        [("accepted", &self.accepted), ("rejected", &self.rejected), ("unknown", &self.unknown_connection)]
            .map(|(name, counter)| (name, counter.load(Ordering::Relaxed)))
    }

    /// The numbers of events of callbacks: all, those of messages that this installation does not know, and entries of a
    /// type that this version does not know, or without a field that they need.
    pub fn events(&self) -> [(&'static str, u64); 3] {
        [("read", &self.events), ("unknown_message", &self.unknown), ("ignored", &self.ignored)]
            .map(|(name, counter)| (name, counter.load(Ordering::Relaxed)))
    }

    pub(super) fn count(&self, result: CallbackResult) {
        let counter = match result {
            CallbackResult::Accepted => &self.accepted,
            CallbackResult::Rejected => &self.rejected,
            CallbackResult::UnknownConnection => &self.unknown_connection,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn count_events(&self, read: usize, ignored: usize) {
        add(&self.events, read);
        add(&self.ignored, ignored);
    }

    pub(super) fn count_unknown(&self, number: usize) {
        add(&self.unknown, number);
    }
}

/// The numbers of requests to providers by result since the start.
#[derive(Debug, Default)]
pub struct MessageCounts {
    accepted: AtomicU64,
    refused: AtomicU64,
    throttled: AtomicU64,
    retried: AtomicU64,
    unknown: AtomicU64,
}

impl MessageCounts {
    /// The numbers by result. `retried` was not processed and is sent again; of `unknown` no response arrived.
    pub fn by_result(&self) -> [(&'static str, u64); 5] {
        [
            ("accepted", &self.accepted),
            ("refused", &self.refused),
            ("throttled", &self.throttled),
            ("retried", &self.retried),
            ("unknown", &self.unknown),
        ]
        .map(|(name, counter)| (name, counter.load(Ordering::Relaxed)))
    }

    pub(super) fn count(&self, outcome: &Outcome) {
        let counter = match outcome {
            Outcome::Accepted { .. } => &self.accepted,
            Outcome::Refused { .. } => &self.refused,
            Outcome::Throttled { .. } => &self.throttled,
            Outcome::RetryLater { .. } => &self.retried,
            Outcome::Unknown { .. } => &self.unknown,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

fn add(counter: &AtomicU64, number: usize) {
    counter.fetch_add(u64::try_from(number).unwrap_or(u64::MAX), Ordering::Relaxed);
}

//! The funnel: how many messages reached each step, and which share that is.

use std::fmt;

use crate::counts::Counts;
use crate::names::named;

named! {
    /// The steps of the funnel, in their order.
    FunnelStep {
        /// Messages that were started.
        Attempted = "attempted",
        /// Messages whose consumer can receive them.
        Eligible = "eligible",
        /// Messages that the gateway accepted.
        Sent = "sent",
        /// Messages that were delivered.
        Delivered = "delivered",
        /// Messages that were read.
        Read = "read",
        /// Messages with a reply.
        Conversations = "conversations",
    }
}

/// The funnel of some totals.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Funnel(Counts);

/// A part of a total.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Share {
    /// The part. It may be larger than the total: a message can be read without being reported as delivered.
    pub part: i64,
    /// The total.
    pub total: i64,
}

impl Funnel {
    /// The funnel of `counts`.
    pub fn new(counts: Counts) -> Self {
        Self(counts)
    }

    /// The number of messages that reached `step`.
    pub fn count(self, step: FunnelStep) -> i64 {
        match step {
            FunnelStep::Attempted => self.0.attempted,
            FunnelStep::Eligible => self.0.eligible,
            FunnelStep::Sent => self.0.sent,
            FunnelStep::Delivered => self.0.delivered,
            FunnelStep::Read => self.0.read,
            FunnelStep::Conversations => self.0.conversations_created,
        }
    }

    /// The share of attempted messages that reached `step`.
    pub fn of_attempted(self, step: FunnelStep) -> Share {
        Share { part: self.count(step), total: self.0.attempted }
    }

    /// The share of the messages of the previous step that reached `step`; `None` for the first step.
    pub fn of_previous(self, step: FunnelStep) -> Option<Share> {
        let previous = FunnelStep::ALL.get((step as usize).checked_sub(1)?)?;
        Some(Share { part: self.count(step), total: self.count(*previous) })
    }
}

impl Share {
    /// The share in tenths of a percent, rounded half up, but 0 only for an empty part and 1000 only for the
    /// whole total: one failure in a million messages remains visible. `None` without a total.
    pub fn tenths_of_percent(self) -> Option<i64> {
        if self.total <= 0 {
            return None;
        }
        let rounded = (self.part * 2000 + self.total) / (self.total * 2);
        Some(match rounded {
            0 if self.part > 0 => 1,
            1000 if self.part < self.total => 999,
            1000 if self.part > self.total => 1001,
            other => other,
        })
    }
}

impl fmt::Display for Share {
    /// As `98.3 %`, or `–` without a total.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.tenths_of_percent() {
            Some(tenths) => write!(f, "{}.{} %", tenths / 10, tenths % 10),
            None => f.write_str("–"),
        }
    }
}

//! What one transaction adds to the totals, and arithmetic with totals.

use std::ops::{Add, AddAssign, Neg, Sub};

use crate::error_key::ErrorKey;
use crate::step::Step;
use crate::transaction::Transaction;

/// The number of counts.
const COUNTS: usize = 11;

/// Declares the counts with their arithmetic, so that no count is forgotten in one of the operations.
macro_rules! counts {
    ($($(#[$doc:meta])* $field:ident,)+) => {
        /// Totals of transactions, or a difference of totals.
        #[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
        pub struct Counts {
            $($(#[$doc])* pub $field: i64,)+
        }

        impl Counts {
            /// The names of the counts, in the order of [`to_array`](Self::to_array).
            pub const NAMES: [&str; COUNTS] = [$(stringify!($field)),+];

            /// All counts.
            pub fn to_array(self) -> [i64; COUNTS] {
                [$(self.$field),+]
            }

            /// The reverse of [`to_array`](Self::to_array).
            pub fn from_array(counts: [i64; COUNTS]) -> Self {
                let [$($field),+] = counts;
                Self { $($field),+ }
            }
        }

        impl Add for Counts {
            type Output = Counts;

            fn add(self, other: Counts) -> Counts {
                Counts { $($field: self.$field + other.$field,)+ }
            }
        }

        impl Neg for Counts {
            type Output = Counts;

            fn neg(self) -> Counts {
                Counts { $($field: -self.$field,)+ }
            }
        }
    };
}

counts! {
    /// Messages that were started.
    attempted,
    /// Messages whose consumer can receive them: all but those that were not sent because of error 1001 of
    /// `proactive` or `c2m`. Skipped messages are eligible.
    eligible,
    /// Messages that were not sent because the consumer opted out. They are also in `failed`.
    skipped,
    /// Messages that the gateway accepted, as reported or as later events prove.
    sent,
    /// Messages that were not sent and never will be: attempted − sent − pending. Failures after sending are not
    /// in it.
    failed,
    /// Messages that the gateway reported as delivered. A read message may have no such report.
    delivered,
    /// Messages that were read.
    read,
    /// Messages with a reply, which created a conversation.
    conversations_created,
    /// Messages whose conversation ended.
    conversations_closed,
    /// The sum of survey scores.
    csat_sum,
    /// The number of survey scores.
    csat_count,
}

impl Counts {
    /// Messages that are neither sent nor finally unsent.
    pub fn pending(self) -> i64 {
        self.attempted - self.sent - self.failed
    }

    /// The average survey score in tenths, rounded half up; 0 without a survey.
    pub fn csat_tenths(self) -> i64 {
        if self.csat_count <= 0 { 0 } else { (self.csat_sum * 20 + self.csat_count) / (self.csat_count * 2) }
    }
}

impl Sub for Counts {
    type Output = Counts;

    fn sub(self, other: Counts) -> Counts {
        self + -other
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Counts) {
        *self = *self + other;
    }
}

impl std::iter::Sum for Counts {
    fn sum<I: Iterator<Item = Counts>>(iter: I) -> Counts {
        iter.fold(Counts::default(), Add::add)
    }
}

/// What `row` adds to the totals: nothing until its `attempted` event is known.
pub fn counts(row: &Transaction) -> Counts {
    if row.attempt.is_none() {
        return Counts::default();
    }
    let times = &row.times;
    let sent = times.sent().is_some();
    let ineligible = row.failure().is_some_and(ErrorKey::is_ineligible);
    let reported = |step| i64::from(times.get(step).is_some());
    Counts {
        attempted: 1,
        eligible: i64::from(sent || !ineligible),
        skipped: i64::from(row.is_skipped()),
        sent: i64::from(sent),
        failed: i64::from(row.is_finally_unsent()),
        delivered: reported(Step::Delivered),
        read: reported(Step::Read),
        conversations_created: i64::from(times.conversation_created().is_some()),
        conversations_closed: reported(Step::ConversationClosed),
        csat_sum: row.score.map_or(0, i64::from),
        csat_count: i64::from(row.score.is_some()),
    }
}

//! The interval of a request, by time of attempt. Values of these types are always valid.
//!
//! An interval contains its start, but not its end, so that consecutive intervals count every message once.

use outbound_model::Timestamp;

use crate::error::ReportingError;
use crate::transaction_id::TransactionId;
use crate::units::{HOUR, SECOND};
use crate::window::{Window, read_parameter};

const START: &str = "attemptedStartTime";
const END: &str = "attemptedEndTime";

/// From `start` to just before `end`, at most `MAX_HOURS` long.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Interval<const MAX_HOURS: i64> {
    start: Timestamp,
    end: Timestamp,
}

/// The interval of analytics: at most 60 days (contract §5).
pub type AnalyticsInterval = Interval<{ 60 * 24 }>;

/// The interval of transactions: at most 24 hours (contract §5).
pub type TransactionsInterval = Interval<24>;

impl<const MAX_HOURS: i64> Interval<MAX_HOURS> {
    /// The maximum length in days.
    pub const MAX_DAYS: i64 = MAX_HOURS / 24;

    /// Checks an interval.
    pub fn new(start: Timestamp, end: Timestamp, window: Window) -> Result<Self, ReportingError> {
        if start > end {
            return Err(ReportingError::Reversed { start, end });
        }
        window.check_kept(START, start)?;
        if end.millis() - start.millis() > MAX_HOURS * HOUR {
            let maximum = match MAX_HOURS {
                ..=24 => format!("{MAX_HOURS} hours"),
                _ => format!("{} days", Self::MAX_DAYS),
            };
            return Err(ReportingError::IntervalTooLong { maximum });
        }
        Ok(Self { start, end })
    }

    /// Reads the query parameters `attemptedStartTime` and `attemptedEndTime`: milliseconds since 1970.
    pub fn read(start: Option<&str>, end: Option<&str>, window: Window) -> Result<Self, ReportingError> {
        Self::new(read_parameter(START, start)?, read_parameter(END, end)?, window)
    }

    /// The first millisecond.
    pub fn start(self) -> Timestamp {
        self.start
    }

    /// The first millisecond after the interval.
    pub fn end(self) -> Timestamp {
        self.end
    }

    /// Whether `time` is in the interval.
    pub fn contains(self, time: Timestamp) -> bool {
        self.start <= time && time < self.end
    }

    /// The smallest possible ids of the start and of the end: rows of the interval have an id from the first
    /// to just before the second.
    pub fn id_range(self) -> std::ops::Range<TransactionId> {
        TransactionId::range(self.start, self.end)
    }
}

/// The two times in the metadata of campaign analytics, from the first and the last attempt of the campaign.
/// The vendor's example spans 48 hours from a whole second; longer campaigns span more.
pub fn campaign_interval(first: Timestamp, last: Timestamp) -> (Timestamp, Timestamp) {
    let start = first.plus_millis(-first.millis().rem_euclid(SECOND));
    (start, start.plus_millis(48 * HOUR).max(last.plus_millis(1)))
}

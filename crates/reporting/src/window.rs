//! Which times are accepted: not in the future, not older than data is kept, in milliseconds.

use outbound_model::Timestamp;

use crate::error::{ReportingError, shown};
use crate::units::{DAY, MINUTE};

/// Data is kept for 13 months (contract §5): 397 days are the longest 13 months, so no request within them is
/// rejected.
pub const RETENTION_DAYS: i64 = 397;

/// How far the clock of a sender may be ahead.
pub const FUTURE_TOLERANCE_MINUTES: i64 = 5;

/// Numbers that are times after 1973 in seconds, but before 1974 in milliseconds.
const LOOKS_LIKE_SECONDS: std::ops::Range<i64> = 100_000_000..100_000_000_000;

/// The period whose data is accepted and kept, relative to the current time.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    now: Timestamp,
}

impl Window {
    /// The window at the time `now`.
    pub fn at(now: Timestamp) -> Self {
        Self { now }
    }

    /// The earliest time whose data is kept.
    pub fn earliest(self) -> Timestamp {
        self.now.plus_millis(-RETENTION_DAYS * DAY)
    }

    /// Checks that data of `time` is still kept.
    pub(crate) fn check_kept(self, field: &'static str, time: Timestamp) -> Result<(), ReportingError> {
        let earliest = self.earliest();
        if time < earliest { Err(ReportingError::TooOld { field, time, earliest }) } else { Ok(()) }
    }

    /// Checks the time of an event.
    pub(crate) fn check_event(self, field: &'static str, time: Timestamp) -> Result<(), ReportingError> {
        if time > self.now.plus_millis(FUTURE_TOLERANCE_MINUTES * MINUTE) {
            return Err(ReportingError::InFuture { field, time, now: self.now });
        }
        self.check_kept(field, time)
    }
}

/// Reads milliseconds since 1970 and recognizes seconds.
pub(crate) fn read_millis(field: &'static str, millis: i64) -> Result<Timestamp, ReportingError> {
    if LOOKS_LIKE_SECONDS.contains(&millis) {
        return Err(ReportingError::Seconds { field, found: millis });
    }
    match Timestamp::from_millis(millis) {
        Some(time) if millis >= 0 => Ok(time),
        _ => Err(ReportingError::NotATime { field, found: millis.to_string() }),
    }
}

/// Reads the query parameter `field`.
pub(crate) fn read_parameter(field: &'static str, value: Option<&str>) -> Result<Timestamp, ReportingError> {
    let value = value.ok_or(ReportingError::Missing { field })?;
    let not_a_time = || ReportingError::NotATime { field, found: format!("`{}`", shown(value)) };
    if value.is_empty() || !value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(not_a_time());
    }
    read_millis(field, value.parse().map_err(|_| not_a_time())?)
}

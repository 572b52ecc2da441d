//! A UTC time with millisecond precision, in the contract's format: `2022-10-01T08:00:00.000Z`.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use crate::Invalid;
use crate::json_macros::from_json_text;

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, ToSchema)]
#[schema(value_type = String, format = DateTime, example = "2022-10-01T08:00:00.000Z")]
pub struct Timestamp(i64);

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Timestamp = Timestamp(0);

    /// From milliseconds since the epoch; `None` outside the years −9999 to 9999.
    pub fn from_millis(millis: i64) -> Option<Self> {
        jiff::Timestamp::from_millisecond(millis).ok().map(|_| Self(millis))
    }

    /// Milliseconds since the epoch.
    pub fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, as used in tokens.
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// The time in UTC in the format of the Login Service (contract §2.3): `Sep 22, 2016 4:10:15 PM`.
    pub fn in_words(self) -> String {
        let moment = jiff::Timestamp::from_millisecond(self.0).unwrap_or_default();
        moment.strftime("%b %-d, %Y %-I:%M:%S %p").to_string()
    }

    /// This time plus `seconds`, which may be negative.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        self.plus_millis(seconds.saturating_mul(1000))
    }

    /// This time plus `millis`, which may be negative.
    #[must_use]
    pub fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }
}

impl FromStr for Timestamp {
    type Err = Invalid;

    /// Parses any RFC 3339 time. Offsets are converted to UTC; precision below a millisecond is dropped.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let moment: jiff::Timestamp =
            text.parse().map_err(|_| Invalid::new("expected a time such as 2022-10-01T08:00:00.000Z"))?;
        Ok(Self(moment.as_millisecond()))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = jiff::Timestamp::from_millisecond(self.0).map_err(|_| fmt::Error)?;
        write!(f, "{moment:.3}")
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

from_json_text!(Timestamp);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_like_the_login_service() {
        for (time, words) in [
            ("2016-09-22T16:10:15.9Z", "Sep 22, 2016 4:10:15 PM"),
            ("2026-01-02T00:05:00Z", "Jan 2, 2026 12:05:00 AM"),
        ] {
            assert_eq!(time.parse::<Timestamp>().unwrap().in_words(), words);
        }
    }

    #[test]
    fn formats_utc_with_milliseconds() {
        for (read, printed) in [
            ("2022-10-01T08:00:00Z", "2022-10-01T08:00:00.000Z"),
            ("2022-10-01T08:00:00.123456Z", "2022-10-01T08:00:00.123Z"),
            ("2022-10-01T08:00:00.5+02:00", "2022-10-01T06:00:00.500Z"),
        ] {
            assert_eq!(read.parse::<Timestamp>().unwrap().to_string(), printed);
        }
    }
}

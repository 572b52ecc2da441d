//! Days of the week and times of the day, in the recipient's local time.

use std::fmt;
use std::str::FromStr;

use jiff::civil;

use crate::error::{ScheduleError, shown};

const HOURS: i64 = 24;
const MINUTES: i64 = 60;

/// A time of day: minutes since 00:00, 0 to 1439.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct MinuteOfDay(u16);

impl MinuteOfDay {
    /// 00:00.
    pub const MIDNIGHT: Self = Self(0);
    /// 08:00.
    pub(crate) const H08: Self = Self(8 * 60);
    /// 21:00.
    pub(crate) const H21: Self = Self(21 * 60);

    /// The time with this hour (0 to 23) and minute (0 to 59).
    pub fn new(hour: i64, minute: i64) -> Result<Self, ScheduleError> {
        let is_valid = (0..HOURS).contains(&hour) && (0..MINUTES).contains(&minute);
        let minutes = if is_valid { u16::try_from(hour * MINUTES + minute).ok() } else { None };
        minutes.map(Self).ok_or(ScheduleError::NotATimeOfDay { hour, minute })
    }

    /// Minutes since 00:00.
    pub fn minutes(self) -> u16 {
        self.0
    }

    /// This time on a day.
    pub(crate) fn on(self, day: civil::Date) -> civil::DateTime {
        let part = |minutes: u16| i8::try_from(minutes).unwrap_or_default(); // always less than 60
        day.at(part(self.0 / 60), part(self.0 % 60), 0, 0)
    }
}

impl fmt::Display for MinuteOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

/// Declares the days with their names, so that no day is forgotten in one of the functions.
macro_rules! weekdays {
    ($($day:ident as $name:literal,)+) => {
        /// A day of the week.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[expect(missing_docs, reason = "the names say everything")]
        pub enum Weekday {
            $($day,)+
        }

        impl Weekday {
            /// All days, from Monday.
            pub const ALL: [Self; 7] = [$(Self::$day),+];

            /// The name in the API, such as `MONDAY`.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$day => $name,)+
                }
            }

            /// The day of the week of a date.
            pub(crate) fn of(date: civil::Date) -> Self {
                match date.weekday() {
                    $(civil::Weekday::$day => Self::$day,)+
                }
            }
        }
    };
}

weekdays! {
    Monday as "MONDAY",
    Tuesday as "TUESDAY",
    Wednesday as "WEDNESDAY",
    Thursday as "THURSDAY",
    Friday as "FRIDAY",
    Saturday as "SATURDAY",
    Sunday as "SUNDAY",
}

impl FromStr for Weekday {
    type Err = ScheduleError;

    fn from_str(name: &str) -> Result<Self, ScheduleError> {
        let found = Self::ALL.into_iter().find(|day| day.as_str() == name);
        found.ok_or_else(|| ScheduleError::UnknownWeekday(shown(name)))
    }
}

//! The error of this crate. Each message says what is wrong, and what is valid.

/// Error in a window or a time zone.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ScheduleError {
    /// Not a time of day.
    #[error("{hour}:{minute:02} is not a time of day; hours are 0 to 23, minutes 0 to 59")]
    NotATimeOfDay {
        /// The hour.
        hour: i64,
        /// The minute.
        minute: i64,
    },
    /// Not a day of the week.
    #[error("`{0}` is not a day of the week; the days are MONDAY to SUNDAY")]
    UnknownWeekday(String),
    /// Not the name of a time zone.
    #[error("`{0}` is not a time zone; expected a name such as Europe/Berlin")]
    UnknownZone(String),
    /// Without windows, no message could ever be sent.
    #[error("there are no windows; add at least one")]
    NoWindows,
    /// More windows than are accepted.
    #[error("there are {found} windows; the maximum is {maximum}")]
    TooManyWindows {
        /// The number of windows.
        found: usize,
        /// The largest number.
        maximum: usize,
    },
}

/// Error messages repeat at most this many characters of a wrong value.
const MAX_SHOWN: usize = 64;

/// The start of a wrong value, for an error message.
pub(crate) fn shown(value: &str) -> String {
    value.chars().take(MAX_SHOWN).collect()
}

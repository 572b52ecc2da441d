//! The error of this crate. Each message says what is wrong, where, and what to send instead.

use outbound_model::Timestamp;

/// Error in an event or in a request for a report.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ReportingError {
    /// A required field or parameter is missing.
    #[error("{field} is required")]
    Missing {
        /// The field.
        field: &'static str,
    },
    /// A value of the wrong JSON type.
    #[error("{field}: expected {expected}, found {found}")]
    WrongType {
        /// The field.
        field: &'static str,
        /// The expected type.
        expected: &'static str,
        /// The type of the value.
        found: &'static str,
    },
    /// Not a time.
    #[error("{field} is {found}; expected milliseconds since 1970, such as 1789344000000")]
    NotATime {
        /// The field.
        field: &'static str,
        /// The value, shortened.
        found: String,
    },
    /// A number that is a plausible time only in seconds.
    #[error("{field} is {found}, which looks like seconds; times are in milliseconds: {found}000")]
    Seconds {
        /// The field.
        field: &'static str,
        /// The value.
        found: i64,
    },
    /// The time of an event is later than the clock of the server permits.
    #[error("{field} is {time}, but it is {now} now; correct the clock of the sender")]
    InFuture {
        /// The field.
        field: &'static str,
        /// The value.
        time: Timestamp,
        /// The time of the server.
        now: Timestamp,
    },
    /// A time before the period for which data is kept.
    #[error("{field} is {time}; data is kept for 13 months, so the earliest time is {earliest}")]
    TooOld {
        /// The field.
        field: &'static str,
        /// The value.
        time: Timestamp,
        /// The earliest time that is accepted.
        earliest: Timestamp,
    },
    /// Two fields of an `attempted` event contradict each other.
    #[error(
        "time is {time} and attemptedTime is {attempted}; an `attempted` event has one time, so send one"
    )]
    TwoAttemptedTimes {
        /// `time`
        time: Timestamp,
        /// `attemptedTime`
        attempted: Timestamp,
    },
    /// The interval ends before it starts.
    #[error("attemptedStartTime ({start}) is after attemptedEndTime ({end}); exchange them")]
    Reversed {
        /// The start.
        start: Timestamp,
        /// The end.
        end: Timestamp,
    },
    /// The interval is longer than this request permits.
    #[error("the interval must not exceed {maximum}; send a request for each part")]
    IntervalTooLong {
        /// The longest interval.
        maximum: String,
    },
    /// A value that is none of the known ones.
    #[error("{field}: `{value}` is unknown; the values are {valid}")]
    Unknown {
        /// The field.
        field: &'static str,
        /// The value, shortened.
        value: String,
        /// The valid values.
        valid: String,
    },
    /// A value that has another name here.
    #[error("{field}: `{value}` is named `{instead}` here")]
    UseInstead {
        /// The field.
        field: &'static str,
        /// The value, shortened.
        value: String,
        /// The right name.
        instead: &'static str,
    },
    /// A channel that the vendor's API does not have, in an account that did not enable it.
    #[error("{field}: `{value}` is not reported unless the account enables it in its settings")]
    NotEnabled {
        /// The field.
        field: &'static str,
        /// The channel.
        value: &'static str,
    },
    /// Filters both in the object `filters` and beside it.
    #[error(
        "`{name}` is beside `filters`; put all filters into `filters`, or all beside each other without it"
    )]
    TwoPlacesForFilters {
        /// A filter beside `filters`.
        name: String,
    },
    /// A field that an object of a request body does not have.
    #[error("`{name}` is no field of {object}; the fields are {valid}")]
    UnknownField {
        /// The field, shortened.
        name: String,
        /// The object: `the body`, `filters` or `page`.
        object: &'static str,
        /// The valid fields.
        valid: String,
    },
    /// A string that is empty, too long, or contains control characters.
    #[error("{field}: expected 1 to {maximum} characters without control characters")]
    Text {
        /// The field.
        field: &'static str,
        /// The largest number of characters.
        maximum: usize,
    },
    /// A value outside its range, or not of its form.
    #[error("{field} is {found}; expected {expected}")]
    Invalid {
        /// The field.
        field: &'static str,
        /// The value, shortened.
        found: String,
        /// The valid range or form.
        expected: String,
    },
    /// A page token that does not belong to the request.
    #[error(
        "page.nextPage does not belong to this request; send the nextPage of the previous response unchanged, \
         with the same account, application, times and filters"
    )]
    ForeignPage,
    /// Too many events in one request.
    #[error("the request has more than {maximum} events; send several requests")]
    TooManyEvents {
        /// The largest number of events.
        maximum: usize,
    },
    /// An event of more bytes than any event needs.
    #[error("the event is longer than {maximum} bytes; leave out fields that events do not have")]
    EventTooLong {
        /// The largest number of bytes.
        maximum: usize,
    },
    /// A string with an escape that is no character by itself.
    #[error("{field}: a string has half of a surrogate pair, such as \\ud83d without \\ude00")]
    HalfSurrogate {
        /// The field, or the object with a field of such a name.
        field: &'static str,
    },
    /// Not valid JSON: the problem, with its line and column in the body.
    #[error("not valid JSON: {0}")]
    Syntax(String),
}

/// Error messages repeat at most this many characters of a wrong value.
const MAX_SHOWN: usize = 64;

/// The start of a wrong value, for an error message.
pub(crate) fn shown(value: &str) -> String {
    match value.char_indices().nth(MAX_SHOWN) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}

impl ReportingError {
    pub(crate) fn unknown(field: &'static str, value: &str, valid: String) -> Self {
        Self::Unknown { field, value: shown(value), valid }
    }

    pub(crate) fn use_instead(field: &'static str, value: &str, instead: &'static str) -> Self {
        Self::UseInstead { field, value: shown(value), instead }
    }

    pub(crate) fn invalid(field: &'static str, found: &str, expected: impl Into<String>) -> Self {
        Self::Invalid { field, found: shown(found), expected: expected.into() }
    }
}

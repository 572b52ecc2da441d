//! The error of a message: source and code, two opaque strings.
//!
//! Codes stay strings, because some have leading zeros or letters (contract §10 B). In `error_aggregation` the
//! two are joined: `outbound_wa` and `470` are `outbound_wa_470`.

use std::fmt;

use crate::error::ReportingError;
use crate::text::{MAX_CHARACTERS, Text};

/// What marks a consumer who cannot receive messages on a channel (vendor's error dictionary).
const INELIGIBLE_CODE: &str = "1001";
const INELIGIBLE_SOURCES: [&str; 2] = ["proactive", "c2m"];

/// Our own source, and its codes. The vendor has none for messages that were never sent.
const OUR_SOURCE: &str = "outbound";
const CANCELLED_CODE: &str = "cancelled";
const EXPIRED_CODE: &str = "expired";

/// `errorSource` and `errorCode`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ErrorKey {
    source: String,
    code: String,
}

impl ErrorKey {
    /// An error as reported by the sender or a provider, or as stored.
    pub fn new(source: String, code: String) -> Result<Self, ReportingError> {
        Ok(Self {
            source: Text::new("errorSource", source)?.into_string(),
            code: Text::new("errorCode", code)?.into_string(),
        })
    }

    /// An error of a provider. `source` is a constant of the program; characters of `code` that codes cannot have are
    /// left out, and a code without characters becomes `unknown`.
    pub fn of_provider(source: &'static str, code: &str) -> Self {
        let code: String = code.chars().filter(|c| !c.is_control()).take(MAX_CHARACTERS).collect();
        let code = if code.is_empty() { "unknown".to_owned() } else { code };
        Self { source: source.to_owned(), code }
    }

    /// The error of messages that were cancelled before they were sent. A `failed` event with this error is read as
    /// a `cancelled` event.
    pub fn cancelled() -> Self {
        Self { source: OUR_SOURCE.to_owned(), code: CANCELLED_CODE.to_owned() }
    }

    /// The error of messages whose time to be sent had passed. A `failed` event with this error means that the
    /// message was not sent at all.
    pub fn expired() -> Self {
        Self { source: OUR_SOURCE.to_owned(), code: EXPIRED_CODE.to_owned() }
    }

    /// The errors that `key` of `error_aggregation` may mean: sources and codes can contain `_`, too.
    pub(crate) fn readings(key: &str) -> impl Iterator<Item = Self> {
        let parts = key.match_indices('_').map(|(place, _)| (&key[..place], &key[place + 1..]));
        parts.filter_map(|(source, code)| Self::new(source.to_owned(), code.to_owned()).ok())
    }

    /// `errorSource`.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// `errorCode`.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The code as a number, for the campaign report; `None` for codes such as `ntw_err`.
    pub fn number(&self) -> Option<i64> {
        self.code.parse().ok()
    }

    /// Whether the consumer cannot receive messages on the channel.
    pub(crate) fn is_ineligible(&self) -> bool {
        self.code == INELIGIBLE_CODE && INELIGIBLE_SOURCES.contains(&self.source.as_str())
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.source == OUR_SOURCE && self.code == CANCELLED_CODE
    }

    pub(crate) fn is_expired(&self) -> bool {
        self.source == OUR_SOURCE && self.code == EXPIRED_CODE
    }
}

impl fmt::Display for ErrorKey {
    /// As the key of `error_aggregation`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.source, self.code)
    }
}

//! Values as they are stored. What does not fit is [`StoreError::Corrupt`].

use std::str::FromStr;

use outbound_model::Timestamp;
use outbound_store::StoreError;

/// Reads a stored time.
pub(crate) fn time(millis: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millis(millis).ok_or_else(|| StoreError::Corrupt(format!("the time {millis}")))
}

/// Reads a stored word.
pub(crate) fn parsed<T: FromStr<Err = outbound_model::Invalid>>(text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|error| StoreError::Corrupt(format!("\"{text}\": {error}")))
}

/// Reads a stored count.
pub(crate) fn count(count: i64) -> Result<u64, StoreError> {
    u64::try_from(count).map_err(|_| StoreError::Corrupt(format!("the count {count}")))
}

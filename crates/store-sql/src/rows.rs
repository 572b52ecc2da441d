//! Converts stored values. Invalid ones are reported as [`StoreError::Corrupt`].

use std::str::FromStr;

use outbound_model::Timestamp;
use outbound_store::StoreError;

/// Implements `FromRow` for both engines. Each field is read from the column of its name. `with` lists fields
/// that are such structs themselves, read from the same row. Omitting a field is a compile error.
///
/// `#[derive(sqlx::FromRow)]` is not used, because sqlx's macros need both drivers and would compile SQLite
/// and aws-lc, which are large C libraries, a second time for the build host.
macro_rules! from_row {
    ($row:ident { $($field:ident),* $(,)? } $(with $($nested:ident),+)?) => {
        $crate::rows::from_row!(@engine sqlx::sqlite::SqliteRow, $row { $($field),* } $($($nested)+)?);
        $crate::rows::from_row!(@engine sqlx::postgres::PgRow, $row { $($field),* } $($($nested)+)?);
    };
    (@engine $engine:ty, $row:ident { $($field:ident),* } $($nested:ident)*) => {
        impl sqlx::FromRow<'_, $engine> for $row {
            fn from_row(row: &$engine) -> sqlx::Result<Self> {
                Ok(Self {
                    $($field: sqlx::Row::try_get(row, stringify!($field))?,)*
                    $($nested: sqlx::FromRow::from_row(row)?,)*
                })
            }
        }
    };
}
pub(crate) use from_row;

/// Converts a stored time.
pub(crate) fn time(millis: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millis(millis).ok_or_else(|| StoreError::Corrupt(format!("the time {millis}")))
}

/// Parses a stored text.
pub(crate) fn parse_stored<T: FromStr<Err = outbound_model::Invalid>>(text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|error| StoreError::Corrupt(format!("\"{text}\": {error}")))
}

/// Converts a stored count.
pub(crate) fn count(count: i64) -> Result<u64, StoreError> {
    u64::try_from(count).map_err(|_| StoreError::Corrupt(format!("the count {count}")))
}

//! Values as they are stored. What does not fit is [`StoreError::Corrupt`].

use std::str::FromStr;

use outbound_model::Timestamp;
use outbound_store::StoreError;

/// Reads a row of either engine into a struct: each field from the column of its name; `with` names fields that are
/// themselves such structs, read from the same row. The compiler reports a field that is left out.
///
/// Not `#[derive(sqlx::FromRow)]`: sqlx's macros need both drivers, and so compile SQLite and aws-lc, which are
/// large C libraries, a second time for the machine that builds.
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

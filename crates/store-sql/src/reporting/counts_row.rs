//! Rows of sums: a key of numbers, and the counts.

use outbound_reporting::Counts;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row};

/// A key of `N` numbers, followed by the counts.
pub(super) struct CountsRow<const N: usize> {
    pub(super) key: [i64; N],
    pub(super) counts: Counts,
}

macro_rules! counts_from_row {
    ($Row:ty) => {
        impl<const N: usize> FromRow<'_, $Row> for CountsRow<N> {
            fn from_row(row: &$Row) -> sqlx::Result<Self> {
                let mut key = [0; N];
                for (place, number) in key.iter_mut().enumerate() {
                    *number = row.try_get(place)?;
                }
                let mut counts = [0; Counts::NAMES.len()];
                for (place, count) in counts.iter_mut().enumerate() {
                    *count = row.try_get(N + place)?;
                }
                Ok(Self { key, counts: Counts::from_array(counts) })
            }
        }
    };
}
counts_from_row!(SqliteRow);
counts_from_row!(PgRow);

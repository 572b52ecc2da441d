//! The values that statements bind, and the types that are read from rows.

use outbound_model::Timestamp;
use serde_json::Value;
use sqlx::FromRow;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;

/// How a table refers to the account of its rows.
#[derive(Clone, Copy)]
pub(crate) enum AccountKey<'a> {
    /// By the id, in the column `account_id`.
    Id(&'a str),
    /// By a number, in the column `account_no` of large tables.
    Number(i64),
}

impl AccountKey<'_> {
    pub(crate) const ID_COLUMN: &'static str = "account_id";
    pub(crate) const NUMBER_COLUMN: &'static str = "account_no";

    /// The PostgreSQL type of an account column.
    pub(crate) fn postgres_type(column: &str) -> &'static str {
        if column == Self::NUMBER_COLUMN { "BIGINT" } else { "TEXT" }
    }

    /// The id; empty for a number.
    pub(crate) fn id(&self) -> &str {
        match self {
            Self::Id(id) => id,
            Self::Number(_) => "",
        }
    }
}

/// A value bound to a statement.
#[derive(Clone, Copy)]
pub(crate) enum Arg<'a> {
    Text(&'a str),
    /// For a column that is text on SQLite and bytes on PostgreSQL, which compares bytes faster.
    Utf8(&'a str),
    Int(i64),
    Bytes(&'a [u8]),
    OptionalBytes(Option<&'a [u8]>),
    OptionalText(Option<&'a str>),
    OptionalInt(Option<i64>),
    /// A list of integers: an array on PostgreSQL, a JSON array on SQLite, which has no arrays.
    Ints(&'a [i64]),
    /// A list of strings, likewise.
    Texts(&'a [&'a str]),
}

/// The values as a JSON array, for SQLite.
pub(crate) fn json_array<T: Copy + Into<Value>>(values: &[T]) -> String {
    values.iter().copied().collect::<Value>().to_string()
}

/// Binds the arguments to the query. `$utf8` and `$list` convert [`Arg::Utf8`] and lists to the types of the engine.
macro_rules! bind_args {
    ($query:expr, $args:expr, $utf8:expr, $list:expr) => {
        $args.iter().fold($query, |query, arg| match *arg {
            Arg::Text(value) => query.bind(value),
            Arg::Utf8(value) => query.bind($utf8(value)),
            Arg::Int(value) => query.bind(value),
            Arg::Bytes(value) => query.bind(value),
            Arg::OptionalBytes(value) => query.bind(value),
            Arg::OptionalText(value) => query.bind(value),
            Arg::OptionalInt(value) => query.bind(value),
            Arg::Ints(values) => query.bind($list(values)),
            Arg::Texts(values) => query.bind($list(values)),
        })
    };
}

pub(crate) use bind_args;

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Arg<'_> {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl<'a> From<&'a [i64]> for Arg<'a> {
    fn from(numbers: &'a [i64]) -> Self {
        Self::Ints(numbers)
    }
}

impl<'a> From<&'a [&'a str]> for Arg<'a> {
    fn from(texts: &'a [&'a str]) -> Self {
        Self::Texts(texts)
    }
}

impl From<Timestamp> for Arg<'_> {
    fn from(time: Timestamp) -> Self {
        Self::Int(time.millis())
    }
}

impl From<Option<Timestamp>> for Arg<'_> {
    fn from(time: Option<Timestamp>) -> Self {
        Self::OptionalInt(time.map(Timestamp::millis))
    }
}

impl From<Option<i64>> for Arg<'_> {
    fn from(number: Option<i64>) -> Self {
        Self::OptionalInt(number)
    }
}

impl<'a> From<Option<&'a [u8]>> for Arg<'a> {
    fn from(bytes: Option<&'a [u8]>) -> Self {
        Self::OptionalBytes(bytes)
    }
}

impl<'a> From<&'a [u8]> for Arg<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(bytes)
    }
}

impl<'a> From<Option<&'a str>> for Arg<'a> {
    fn from(text: Option<&'a str>) -> Self {
        Self::OptionalText(text)
    }
}

/// A type that can be read from a row of either engine: tuples, and structs with
/// [`from_row!`](crate::rows::from_row).
pub(crate) trait Row:
    for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{
}

impl<T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin> Row for T {}

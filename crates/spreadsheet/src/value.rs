//! The values of a table.

use std::borrow::Cow;

use crate::error::SpreadsheetError;
use crate::formula::escape_formula;

/// A value of a row.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Value<'a> {
    /// No value.
    Empty,
    /// Text. The formats do not distinguish empty text from no value.
    Text(&'a str),
    /// A phone number. It is written without its `+`, which would start a formula.
    Phone(&'a str),
    /// A whole number.
    Integer(i64),
    /// The number `unscaled` / 10^`scale`: 4.5 is 45 with the scale 1.
    Decimal {
        /// All digits.
        unscaled: i64,
        /// How many of the digits are after the decimal point.
        scale: u8,
    },
    /// A time in milliseconds since 1970, from 1970 to 9999: ISO 8601 in UTC in CSV, date and time in XLSX.
    Time(i64),
}

impl<'a> Value<'a> {
    /// The value in a CSV file, before quoting.
    pub(crate) fn in_csv(self) -> Result<Cow<'a, str>, SpreadsheetError> {
        Ok(match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Text(text) => escape_formula(text),
            Self::Phone(number) => escape_formula(without_plus(number)),
            Self::Integer(number) => Cow::Owned(number.to_string()),
            Self::Decimal { unscaled, scale } => Cow::Owned(decimal(unscaled, scale)),
            Self::Time(millis) => Cow::Owned(format!("{:.3}", time(millis)?)),
        })
    }
}

/// A phone number without the `+` at its start.
pub(crate) fn without_plus(number: &str) -> &str {
    number.strip_prefix('+').unwrap_or(number)
}

/// `unscaled` / 10^`scale`, with all digits after the decimal point.
pub(crate) fn decimal(unscaled: i64, scale: u8) -> String {
    let sign = if unscaled < 0 { "-" } else { "" };
    let scale = usize::from(scale);
    let digits = format!("{:0>width$}", unscaled.unsigned_abs(), width = scale + 1);
    match digits.split_at(digits.len() - scale) {
        (whole, "") => format!("{sign}{whole}"),
        (whole, fraction) => format!("{sign}{whole}.{fraction}"),
    }
}

/// A time between 1970 and 9999.
pub(crate) fn time(millis: i64) -> Result<jiff::Timestamp, SpreadsheetError> {
    let time = jiff::Timestamp::from_millisecond(millis).ok().filter(|_| millis >= 0);
    time.ok_or(SpreadsheetError::NotATime { millis })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_in_csv() {
        for (value, expected) in [
            (Value::Empty, ""),
            (Value::Text("=1"), "'=1"),
            (Value::Phone("+14155550123"), "14155550123"),
            (Value::Phone("14155550123"), "14155550123"),
            (Value::Phone("+=1"), "'=1"),
            (Value::Integer(-5), "-5"),
            (Value::Integer(i64::MIN), "-9223372036854775808"),
            (Value::Decimal { unscaled: 45, scale: 1 }, "4.5"),
            (Value::Decimal { unscaled: -5, scale: 2 }, "-0.05"),
            (Value::Decimal { unscaled: 40, scale: 1 }, "4.0"),
            (Value::Decimal { unscaled: 7, scale: 0 }, "7"),
            (Value::Time(1_789_376_400_112), "2026-09-14T09:00:00.112Z"),
            (Value::Time(0), "1970-01-01T00:00:00.000Z"),
        ] {
            assert_eq!(value.in_csv().unwrap(), expected);
        }
    }

    #[test]
    fn times_out_of_range_are_errors() {
        for millis in [-1, i64::MIN, i64::MAX] {
            let error = Value::Time(millis).in_csv().unwrap_err();
            assert!(matches!(error, SpreadsheetError::NotATime { .. }));
        }
    }
}

//! Why a table cannot be written.

use std::io;

use rust_xlsxwriter::XlsxError;

/// Why a table cannot be written. Rows are counted from 1 after the header.
#[derive(Debug, thiserror::Error)]
pub enum SpreadsheetError {
    /// The destination cannot be written.
    #[error("the file cannot be written")]
    Write(#[source] io::Error),
    /// A temporary file cannot be created or written.
    #[error(
        "a temporary file cannot be written; check that its directory exists, is writable and has free space"
    )]
    TemporaryFile,
    /// A row does not have one value for each column.
    #[error("row {row} has {found} values instead of {expected}")]
    ValueCount {
        /// The row.
        row: u64,
        /// The number of columns.
        expected: usize,
        /// The number of values.
        found: usize,
    },
    /// A time before 1970 or after the year 9999.
    #[error("{millis} milliseconds since 1970 are not a time between the years 1970 and 9999")]
    NotATime {
        /// The value.
        millis: i64,
    },
    /// Text that is too long for XLSX.
    #[error(
        "row {row}, column {column}: the text is longer than the 32767 characters that XLSX permits; use CSV"
    )]
    TextTooLong {
        /// The row.
        row: u64,
        /// The title of the column.
        column: String,
    },
    /// The file cannot be written as XLSX.
    #[error("the file cannot be written as XLSX")]
    Xlsx(#[source] XlsxError),
}

//! The cells of an XLSX file: types and formats.

use rust_xlsxwriter::{Format, Worksheet, XlsxError};

use crate::error::SpreadsheetError;
use crate::value::{Value, decimal, time, without_plus};

/// The first number with more digits than Excel keeps (15).
const FIRST_INEXACT: u64 = 1_000_000_000_000_000;
/// The maximum number of digits after the decimal point that a cell shows.
const MAX_SHOWN_SCALE: u8 = 15;
/// 1970-01-01 as Excel counts days.
const EPOCH_DAYS: f64 = 25_569.0;
const DAY_MILLIS: f64 = 86_400_000.0;
/// The format of times, which shows as many characters.
const TIME_FORMAT: &str = "yyyy-mm-dd hh:mm:ss.000";

/// The formats that cells share.
pub(crate) struct Formats {
    header: Format,
    text: Format,
    time: Format,
    /// By the number of digits after the decimal point.
    numbers: Vec<Format>,
}

impl Formats {
    pub(crate) fn new() -> Self {
        let format = |text: &str| Format::new().set_num_format(text);
        let number = |scale: u8| format(&decimal(0, scale));
        Self {
            header: format("@").set_bold(),
            // Also what a user types into such a cell is text, not a formula.
            text: format("@"),
            time: format(TIME_FORMAT),
            numbers: (0..=MAX_SHOWN_SCALE).map(number).collect(),
        }
    }

    pub(crate) fn header(&self) -> &Format {
        &self.header
    }

    fn number(&self, scale: u8) -> &Format {
        self.numbers.get(usize::from(scale.min(MAX_SHOWN_SCALE))).unwrap_or(&self.text)
    }
}

/// Writes a cell and returns how many characters it shows.
pub(crate) fn write_value(
    sheet: &mut Worksheet,
    cell: (u32, u16),
    value: Value<'_>,
    formats: &Formats,
) -> Result<usize, SpreadsheetError> {
    match value {
        Value::Empty => Ok(0),
        Value::Text(text) => write_text(sheet, cell, text, formats),
        Value::Phone(number) => write_text(sheet, cell, without_plus(number), formats),
        Value::Integer(number) => write_number(sheet, cell, (number, 0), formats),
        Value::Decimal { unscaled, scale } => write_number(sheet, cell, (unscaled, scale), formats),
        Value::Time(millis) => {
            let written = sheet.write_number_with_format(cell.0, cell.1, excel_days(millis)?, &formats.time);
            written.map(|_| TIME_FORMAT.len()).map_err(xlsx_error)
        }
    }
}

fn write_text(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    text: &str,
    formats: &Formats,
) -> Result<usize, SpreadsheetError> {
    let written = sheet.write_string_with_format(row, column, text, &formats.text);
    written.map(|_| text.chars().count()).map_err(xlsx_error)
}

/// Writes a number with all its digits: as text if Excel would round it.
fn write_number(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    (unscaled, scale): (i64, u8),
    formats: &Formats,
) -> Result<usize, SpreadsheetError> {
    let text = decimal(unscaled, scale);
    match text.parse::<f64>() {
        Ok(number) if unscaled.unsigned_abs() < FIRST_INEXACT => {
            let written = sheet.write_number_with_format(row, column, number, formats.number(scale));
            written.map(|_| text.len()).map_err(xlsx_error)
        }
        _ => write_text(sheet, (row, column), &text, formats),
    }
}

/// A time as Excel stores it: days since the end of 1899.
#[expect(clippy::cast_precision_loss, reason = "up to the year 9999, milliseconds need 48 bits")]
fn excel_days(millis: i64) -> Result<f64, SpreadsheetError> {
    time(millis).map(|time| EPOCH_DAYS + time.as_millisecond() as f64 / DAY_MILLIS)
}

/// Errors of files are those of the destination or the temporary file. The others are those of the format.
pub(crate) fn xlsx_error(error: XlsxError) -> SpreadsheetError {
    match error {
        XlsxError::IoError(error) => SpreadsheetError::Write(error),
        XlsxError::ZipError(error) => SpreadsheetError::Write(error.into()),
        XlsxError::TempFileError(..) => SpreadsheetError::TemporaryFile,
        other => SpreadsheetError::Xlsx(other),
    }
}

//! CSV files after RFC 4180, in UTF-8.

use std::io::{self, Write};

use csv::{Terminator, Writer, WriterBuilder};

use crate::error::SpreadsheetError;
use crate::value::Value;

/// Options of a CSV file.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Csv {
    /// Whether the file begins with a byte-order mark. Without it, Excel reads the file in the character set of
    /// its language instead of UTF-8.
    pub byte_order_mark: bool,
}

pub(crate) struct CsvTable<W: Write>(Writer<W>);

impl<W: Write> CsvTable<W> {
    pub(crate) fn new(mut out: W, options: Csv) -> Result<Self, SpreadsheetError> {
        if options.byte_order_mark {
            out.write_all("\u{feff}".as_bytes()).map_err(SpreadsheetError::Write)?;
        }
        Ok(Self(WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out)))
    }

    pub(crate) fn write_row(&mut self, values: &[Value<'_>]) -> Result<(), SpreadsheetError> {
        for value in values {
            self.0.write_field(value.in_csv()?.as_bytes()).map_err(csv_error)?;
        }
        self.0.write_record(None::<&[u8]>).map_err(csv_error)
    }

    pub(crate) fn finish(self) -> Result<W, SpreadsheetError> {
        self.0.into_inner().map_err(|error| SpreadsheetError::Write(error.into_error()))
    }
}

/// The library reports errors of the destination. It does not check the length of rows written by field.
fn csv_error(error: csv::Error) -> SpreadsheetError {
    SpreadsheetError::Write(match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    })
}

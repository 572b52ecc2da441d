//! A table in one of the formats.

use std::io::Write;

use crate::csv_table::{Csv, CsvTable};
use crate::error::SpreadsheetError;
use crate::value::Value;
use crate::xlsx_table::{Xlsx, XlsxTable};

/// Writes a table row by row. Buffers its writes to the destination.
pub struct TableWriter<W: Write> {
    file: File<W>,
    columns: usize,
    /// The number of rows after the header.
    rows: u64,
}

enum File<W: Write> {
    Csv(Box<CsvTable<W>>),
    Xlsx(Box<XlsxTable<W>>),
}

impl<W: Write + Send> TableWriter<W> {
    /// Starts a CSV file with a header.
    pub fn csv(out: W, columns: &[&str], options: Csv) -> Result<Self, SpreadsheetError> {
        let mut file = Box::new(CsvTable::new(out, options)?);
        let header: Vec<_> = columns.iter().copied().map(Value::Text).collect();
        file.write_row(&header)?;
        Ok(Self { file: File::Csv(file), columns: columns.len(), rows: 0 })
    }

    /// Starts an XLSX file with a header. Nothing is written to `out` before [`TableWriter::finish`].
    pub fn xlsx(out: W, columns: &[&str], options: Xlsx<'_>) -> Result<Self, SpreadsheetError> {
        let file = Box::new(XlsxTable::new(out, columns, options)?);
        Ok(Self { file: File::Xlsx(file), columns: columns.len(), rows: 0 })
    }

    /// Adds a row with one value for each column. After an error, the file is incomplete.
    pub fn write_row(&mut self, values: &[Value<'_>]) -> Result<(), SpreadsheetError> {
        self.rows += 1;
        if values.len() != self.columns {
            let (row, expected, found) = (self.rows, self.columns, values.len());
            return Err(SpreadsheetError::ValueCount { row, expected, found });
        }
        match &mut self.file {
            File::Csv(file) => file.write_row(values),
            File::Xlsx(file) => file.write_row(self.rows, values),
        }
    }

    /// Writes the rest of the file and returns the destination. A file that is dropped instead is incomplete.
    pub fn finish(self) -> Result<W, SpreadsheetError> {
        match self.file {
            File::Csv(file) => file.finish(),
            File::Xlsx(file) => file.finish(),
        }
    }
}

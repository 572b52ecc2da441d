//! XLSX files, whose rows wait in a temporary file until the last one is known.

use std::io::Write;
use std::ops::RangeInclusive;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use crate::error::SpreadsheetError;
use crate::value::{Value, time};
use crate::xlsx_cells::{Formats, write_value, xlsx_error};

/// The maximum number of rows of a sheet in Excel, with the header.
const SHEET_ROWS: u32 = 1_048_576;
/// The range of column widths, in characters.
const WIDTHS: RangeInclusive<u32> = 8..=60;
/// The width of a column's margins, in characters.
const MARGINS: u32 = 2;

/// Options of an XLSX file.
#[derive(Clone, Copy, Debug)]
pub struct Xlsx<'a> {
    /// Where rows wait before the file is complete: one file for each sheet, not encrypted, with about 60 bytes
    /// for each value beside its text. The file has no name, so no other user can open it, and the system frees
    /// it when the table is dropped or the process dies. On file systems without unnamed files, it has a name
    /// and mode 0600 until it is open.
    pub temporary_directory: &'a Path,
    /// The time of creation in the properties of the file, in milliseconds since 1970.
    pub created: i64,
}

pub(crate) struct XlsxTable<W> {
    out: W,
    workbook: Workbook,
    formats: Formats,
    columns: Vec<Column>,
    /// The index of the current sheet.
    sheet: usize,
    /// The row that is written next in the current sheet.
    next_row: u32,
}

struct Column {
    title: String,
    /// The characters of the longest value.
    width: usize,
}

impl<W: Write + Send> XlsxTable<W> {
    pub(crate) fn new(out: W, columns: &[&str], options: Xlsx<'_>) -> Result<Self, SpreadsheetError> {
        let created = time(options.created)?.as_second();
        let created = ExcelDateTime::from_timestamp(created).map_err(xlsx_error)?;
        let mut workbook = Workbook::new();
        workbook.set_tempdir(options.temporary_directory).map_err(xlsx_error)?;
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
        let column = |title: &&str| Column { title: (*title).to_owned(), width: title.chars().count() };
        let (formats, columns) = (Formats::new(), columns.iter().map(column).collect());
        let mut table = Self { out, workbook, formats, columns, sheet: 0, next_row: 0 };
        catch(|| table.add_sheet())?;
        Ok(table)
    }

    /// Starts a sheet with the header.
    fn add_sheet(&mut self) -> Result<(), SpreadsheetError> {
        self.sheet = self.workbook.worksheets().len();
        let sheet = self.workbook.add_worksheet_with_constant_memory().map_err(xlsx_error)?;
        sheet.set_freeze_panes(1, 0).map_err(xlsx_error)?;
        for (number, column) in (0..).zip(&self.columns) {
            let format = self.formats.header();
            sheet.write_string_with_format(0, number, &column.title, format).map_err(xlsx_error)?;
        }
        self.next_row = 1;
        Ok(())
    }

    /// Adds the row that has the number `row` in errors.
    pub(crate) fn write_row(&mut self, row: u64, values: &[Value<'_>]) -> Result<(), SpreadsheetError> {
        catch(|| {
            if self.next_row == SHEET_ROWS {
                self.add_sheet()?;
            }
            let sheet = self.workbook.worksheet_from_index(self.sheet).map_err(xlsx_error)?;
            for ((number, column), value) in (0..).zip(&mut self.columns).zip(values) {
                let written = write_value(sheet, (self.next_row, number), *value, &self.formats);
                let width = written.map_err(|error| in_column(error, row, &column.title))?;
                column.width = column.width.max(width);
            }
            self.next_row += 1;
            Ok(())
        })
    }

    pub(crate) fn finish(mut self) -> Result<W, SpreadsheetError> {
        catch(|| {
            for sheet in self.workbook.worksheets_mut() {
                for (number, column) in (0..).zip(&self.columns) {
                    let width = u32::try_from(column.width).unwrap_or(u32::MAX).saturating_add(MARGINS);
                    let width = width.clamp(*WIDTHS.start(), *WIDTHS.end());
                    sheet.set_column_width(number, width).map_err(xlsx_error)?;
                }
            }
            self.workbook.save_to_writer(&mut self.out).map_err(xlsx_error)
        })?;
        Ok(self.out)
    }
}

/// Calls a function of the library. It panics if its temporary file cannot be written, for example because the
/// disk is full.
fn catch<T>(call: impl FnOnce() -> Result<T, SpreadsheetError>) -> Result<T, SpreadsheetError> {
    catch_unwind(AssertUnwindSafe(call)).unwrap_or(Err(SpreadsheetError::TemporaryFile))
}

/// Adds the location to errors of a value.
fn in_column(error: SpreadsheetError, row: u64, column: &str) -> SpreadsheetError {
    match error {
        SpreadsheetError::Xlsx(XlsxError::MaxStringLengthExceeded) => {
            SpreadsheetError::TextTooLong { row, column: column.to_owned() }
        }
        other => other,
    }
}

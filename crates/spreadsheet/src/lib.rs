//! Tables as CSV and XLSX files: the only code of this project that writes either. Lists, whose rows have one value, are
//! also read ([`ListReader`]).
//!
//! Rows are written one by one, so that a table of any length needs the same memory. A CSV file reaches its
//! destination while rows are written. An XLSX file begins with data that is only known after the last row, so
//! its rows wait in a temporary file ([`Xlsx::temporary_directory`]).
//!
//! Text that a spreadsheet program would execute as a formula is harmless in both formats. CSV has no types,
//! so such text gets a prefix ([`escape_formula`]), which imports remove ([`unescape_formula`]). In XLSX, text
//! has the type text.
//!
//! ```
//! use outbound_spreadsheet::{Csv, TableWriter, Value};
//!
//! let mut table = TableWriter::csv(Vec::new(), &["channel", "attempted", "csat"], Csv::default())?;
//! table.write_row(&[Value::Text("=sms"), Value::Integer(20), Value::Decimal { unscaled: 45, scale: 1 }])?;
//! assert_eq!(table.finish()?, b"channel,attempted,csat\r\n'=sms,20,4.5\r\n");
//! # Ok::<(), outbound_spreadsheet::SpreadsheetError>(())
//! ```

mod csv_table;
mod error;
mod formula;
mod list;
mod table;
mod value;
mod xlsx_cells;
mod xlsx_table;

pub use csv_table::Csv;
pub use error::SpreadsheetError;
pub use formula::{escape_formula, unescape_formula};
pub use list::{ListCell, ListReader, list_line};
pub use table::TableWriter;
pub use value::Value;
pub use xlsx_table::Xlsx;

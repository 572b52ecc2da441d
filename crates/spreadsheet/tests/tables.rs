//! What tables contain, and what happens if they cannot be written.

use std::io::{self, Write};
use std::path::Path;
use std::process::Command;

use outbound_spreadsheet::{Csv, SpreadsheetError, TableWriter, Value, Xlsx, unescape_formula};
use proptest::prelude::*;

/// A destination that becomes full.
struct Full {
    free: usize,
}

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.free == 0 {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let written = bytes.len().min(self.free);
        self.free -= written;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn xlsx(temporary_directory: &Path) -> Xlsx<'_> {
    Xlsx { temporary_directory, created: 0 }
}

/// Writes text that is larger than all buffers.
fn write_long<W: Write + Send>(mut table: TableWriter<W>) -> Result<W, SpreadsheetError> {
    for number in 0..20_000 {
        table.write_row(&[Value::Text(&format!("text of row {number}"))])?;
    }
    table.finish()
}

proptest! {
    #[test]
    fn text_survives_csv(rows in prop::collection::vec(["['=+@\t\r\n,\"-]{0,3}\\PC{0,9}", "\\PC*"], 1..9)) {
        let mut table = TableWriter::csv(Vec::new(), &["a", "b"], Csv::default()).unwrap();
        for [a, b] in &rows {
            table.write_row(&[Value::Text(a), Value::Text(b)]).unwrap();
        }
        let file = table.finish().unwrap();
        let read: Vec<[String; 2]> = csv::Reader::from_reader(&file[..])
            .records()
            .map(|record| [0, 1].map(|column| unescape_formula(&record.as_ref().unwrap()[column]).to_owned()))
            .collect();
        prop_assert_eq!(read, rows);
    }
}

#[test]
fn the_byte_order_mark_is_optional() {
    for (byte_order_mark, expected) in [(false, "a\r\n"), (true, "\u{feff}a\r\n")] {
        let table = TableWriter::csv(Vec::new(), &["a"], Csv { byte_order_mark }).unwrap();
        assert_eq!(table.finish().unwrap(), expected.as_bytes());
    }
}

#[test]
fn csv_is_written_while_rows_are_added() {
    let mut file = Vec::new();
    let mut table = TableWriter::csv(&mut file, &["a"], Csv::default()).unwrap();
    for _ in 0..20_000 {
        table.write_row(&[Value::Text("text of a row")]).unwrap();
    }
    drop(table);
    assert!(file.len() > 200_000);
}

#[test]
fn equal_tables_are_equal_files() {
    let folder = tempfile::tempdir().unwrap();
    let file = || write_long(TableWriter::xlsx(Vec::new(), &["a"], xlsx(folder.path())).unwrap()).unwrap();
    assert!(file() == file());
}

#[test]
fn a_row_with_another_number_of_values_is_an_error() {
    let mut table = TableWriter::csv(Vec::new(), &["a", "b"], Csv::default()).unwrap();
    table.write_row(&[Value::Empty; 2]).unwrap();
    let error = table.write_row(&[Value::Empty]).unwrap_err();
    assert_eq!(error.to_string(), "row 2 has 1 values instead of 2");
}

#[test]
fn text_that_is_too_long_for_xlsx_is_an_error_with_its_location() {
    let folder = tempfile::tempdir().unwrap();
    let mut table = TableWriter::xlsx(Vec::new(), &["a", "b"], xlsx(folder.path())).unwrap();
    table.write_row(&[Value::Text(&"x".repeat(32_767)), Value::Empty]).unwrap();
    let error = table.write_row(&[Value::Empty, Value::Text(&"x".repeat(32_768))]).unwrap_err();
    assert!(error.to_string().starts_with("row 2, column b: the text is longer"), "{error}");
}

#[test]
fn a_full_destination_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let csv = TableWriter::csv(Full { free: 9000 }, &["a"], Csv::default()).unwrap();
    let xlsx = TableWriter::xlsx(Full { free: 9000 }, &["a"], xlsx(folder.path())).unwrap();
    for table in [csv, xlsx] {
        let error = write_long(table).err().unwrap();
        let SpreadsheetError::Write(cause) = error else { panic!("{error:?}") };
        assert_eq!(cause.kind(), io::ErrorKind::StorageFull);
    }
}

#[test]
fn a_missing_temporary_directory_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let error = TableWriter::xlsx(Vec::new(), &["a"], xlsx(&folder.path().join("missing"))).err().unwrap();
    assert!(matches!(error, SpreadsheetError::TemporaryFile), "{error:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn temporary_files_have_no_names() {
    let folder = tempfile::tempdir().unwrap();
    let mut table = TableWriter::xlsx(Vec::new(), &["a"], xlsx(folder.path())).unwrap();
    for _ in 0..1000 {
        table.write_row(&[Value::Text("secret")]).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

/// The library panics in this case.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    const IS_LIMITED: &str = "OUTBOUND_TEST_LIMITED_FILES";
    if std::env::var_os(IS_LIMITED).is_some() {
        let folder = tempfile::tempdir().unwrap();
        let table = TableWriter::xlsx(Vec::new(), &["a"], xlsx(folder.path())).unwrap();
        let error = write_long(table).err().unwrap();
        assert!(matches!(error, SpreadsheetError::TemporaryFile), "{error:?}");
        return;
    }
    // Runs this test again in a process whose files may not be larger than a few kilobytes.
    let script = "trap '' XFSZ; ulimit -f 64; exec \"$0\" --exact a_full_disk_is_an_error";
    let program = std::env::current_exe().unwrap();
    let output = Command::new("sh").args(["-c", script]).arg(program).env(IS_LIMITED, "1").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

//! Measures memory and time of a large table: `million_rows csv|xlsx ROWS DIRECTORY`. The file is discarded,
//! the temporary file of XLSX is in `DIRECTORY`.
#![expect(clippy::print_stdout, reason = "prints a measurement")]

use std::error::Error;
use std::io;
use std::path::Path;
use std::time::Instant;

use outbound_spreadsheet::{Csv, TableWriter, Value, Xlsx};

/// The number of columns of the reporting API's transactions.
const COLUMNS: usize = 25;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args().collect();
    let [_, format, rows, directory] = &arguments[..] else { return Err("expected three arguments".into()) };
    let titles = (0..COLUMNS).map(|number| format!("column {number}")).collect::<Vec<_>>();
    let titles: Vec<_> = titles.iter().map(String::as_str).collect();
    let xlsx = Xlsx { temporary_directory: Path::new(directory), created: 0 };
    let started = Instant::now();
    let mut table = match format.as_str() {
        "csv" => TableWriter::csv(io::sink(), &titles, Csv::default())?,
        _ => TableWriter::xlsx(io::sink(), &titles, xlsx)?,
    };
    for row in 0..rows.parse::<i64>()? {
        let id = format!("01a09f25-0af0-7ca0-9f2c-{row:012x}");
        let mut values = [Value::Empty; COLUMNS];
        values[..4].fill(Value::Text(&id));
        values[4..8].fill(Value::Text("sales"));
        values[8..14].fill(Value::Time(1_789_376_400_000 + row));
        values[14..16].fill(Value::Integer(row));
        table.write_row(&values)?;
    }
    table.finish()?;
    let status = std::fs::read_to_string("/proc/self/status")?;
    let memory = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("VmHWM: unknown");
    println!("{rows} rows as {format}: {:.1} s, {memory}", started.elapsed().as_secs_f64());
    Ok(())
}

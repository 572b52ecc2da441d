//! `outbound report export`: files that other programs read, with the numbers of the API.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::{DAY, attempted, demo, event, yesterday};
use crate::support::{ACCOUNT, Engine, Service, on_both_engines};

/// Python's csv module or openpyxl reads the first row and the others. Skipped unless `OUTBOUND_TEST_PYTHON` is set.
fn read_with_python(path: &Path) -> Option<(Vec<String>, Vec<Vec<Value>>)> {
    let python = std::env::var_os("OUTBOUND_TEST_PYTHON")?;
    let script = "
import csv, json, sys
import openpyxl
path = sys.argv[1]
if path.endswith('.csv'):
    with open(path, newline='', encoding='utf-8-sig') as file:
        rows = list(csv.reader(file, strict=True))
else:
    sheet = openpyxl.load_workbook(path).worksheets[0]
    rows = [[None if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
json.dump(rows, sys.stdout)
";
    let output = Command::new(python).args(["-c", script]).arg(path).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut rows: Vec<Vec<Value>> = serde_json::from_slice(&output.stdout).unwrap();
    let columns = rows.remove(0).iter().map(|name| name.as_str().unwrap().to_owned()).collect();
    Some((columns, rows))
}

/// The values of a column, as strings.
fn column(name: &str, (columns, rows): &(Vec<String>, Vec<Vec<Value>>)) -> Vec<String> {
    let place = columns.iter().position(|column| column == name).unwrap_or_else(|| panic!("{columns:?}"));
    rows.iter().map(|row| row[place].as_str().unwrap_or_default().to_owned()).collect()
}

/// Files of more than 24 hours have every message once, and totals like those of the API.
fn exports_have_the_messages_and_totals_of_the_api(engine: Engine) {
    let service = Service::start(engine);
    let reporter = demo(&service);
    let start = yesterday() - DAY;
    let mut events = Vec::new();
    for n in 0..60 {
        let (id, time) = (format!("m{n}"), start + n * 45 * 60_000);
        let mut first = attempted(&id, time);
        first["address"] = json!(format!("+141555501{n:02}"));
        first["skill"] = json!("=HYPERLINK(\"x\")");
        events.extend([first, event("sent", &id, time, 1)]);
    }
    reporter.record(&events);
    let at = |millis: i64| outbound_model::Timestamp::from_millis(millis).unwrap().to_string();
    let (from, to) = (at(start), at(start + 2 * DAY));
    let export = |arguments: &[&str]| {
        let common = ["--account", ACCOUNT, "--from", &from, "--to", &to];
        service.installation.run(&[&["report", "export"][..], arguments, &common].concat())
    };
    let file = |name: &str| service.installation.folder.join(name);
    for name in ["messages.csv", "messages.xlsx"] {
        let written = export(&["transactions", "--output", name]).succeeded();
        assert_eq!(written.out, format!("Wrote {name}.\n"));
        let Some(table) = read_with_python(&file(name)) else { continue };
        let ids = column("transactionId", &table);
        let mut days = Vec::new();
        for day in [start, start + DAY] {
            let page = reporter.report("transactions?v=2.0", day, day + DAY, &json!({"limit": 5000})).json();
            let rows = page["transactions"].as_array().unwrap().clone();
            days.extend(rows.iter().map(|row| row["transactionId"].as_str().unwrap().to_owned()));
        }
        assert_eq!((ids.len(), ids), (60, days));
        // Spreadsheet programs would run a formula in a CSV file; cells of XLSX files have a type.
        let skill = if name.ends_with("csv") { "'=HYPERLINK(\"x\")" } else { "=HYPERLINK(\"x\")" };
        assert!(column("skill", &table).iter().all(|found| found == skill), "{name}");
        assert!(column("address", &table).iter().all(String::is_empty), "{name}");
    }
    export(&["transactions", "--output", "addresses.csv", "--with-addresses"]).succeeded();
    let addresses = std::fs::read_to_string(file("addresses.csv")).unwrap();
    assert!(addresses.contains("14155550159") && !addresses.starts_with('\u{feff}'), "{}", &addresses[..500]);
    export(&["analytics", "--output", "totals.csv", "--byte-order-mark"]).succeeded();
    assert!(std::fs::read_to_string(file("totals.csv")).unwrap().starts_with('\u{feff}'));
    if let Some(table) = read_with_python(&file("totals.csv")) {
        let api = reporter.analytics(start, start + 2 * DAY);
        let attempted = api.iter().map(|row| row["attempted"].to_string()).collect::<Vec<_>>();
        assert_eq!(column("attempted", &table), attempted);
    }

    export(&["analytics", "--output", "totals.csv"]).failed(1, "totals.csv");
    export(&["analytics", "--output", "totals.pdf"]).failed(2, "--output: the formats are csv and xlsx");
    export(&["transactions", "--output", "unknown.csv", "--filters", r#"{"channels":["fax"]}"#])
        .failed(1, "channels");
    assert!(!file("unknown.csv").exists(), "nothing is left of a failed export");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(file("addresses.csv")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "the file contains personal data");
    }
}

on_both_engines!(exports_have_the_messages_and_totals_of_the_api);

//! Python's csv module and openpyxl read what is written. Skipped unless `OUTBOUND_TEST_PYTHON` is set.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "helper functions of tests")]

use std::process::Command;

use outbound_spreadsheet::{Csv, TableWriter, Value, Xlsx, unescape_formula};
use serde_json::{Value as Json, json};

/// Texts with everything that the formats treat specially.
const TEXTS: &[&str] = &[
    "plain",
    "comma, semicolon; tab\there",
    "\"quoted\" and \"",
    "two\r\nlines",
    "two\nlines\n",
    "\r",
    " spaces around ",
    "=1+1",
    "+14155550123",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "'=1",
    "'",
    "007",
    "1e5",
    "TRUE",
    "2026-09-14",
    "<b>&amp;</b>",
    "_x0041_",
    "Grüße 👋🏽 مرحبا",
    "https://example.com/?a=1#b",
    "{=1}",
    "control \u{1}\u{b}\u{7f}\u{85}",
    "no character \u{fffe}\u{ffff}",
];

/// Reads a file of the format `format`, `csv` or `xlsx`.
fn read(format: &str, content: &[u8]) -> Option<Json> {
    let Some(python) = std::env::var_os("OUTBOUND_TEST_PYTHON") else {
        println!("SKIPPED: OUTBOUND_TEST_PYTHON names no Python with openpyxl");
        return None;
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(format!("table.{format}"));
    std::fs::write(&file, content).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/read_table.py");
    let output = Command::new(python).arg(script).arg(format).arg(file).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

fn csv_table(columns: &[&str], options: Csv) -> TableWriter<Vec<u8>> {
    TableWriter::csv(Vec::new(), columns, options).unwrap()
}

fn xlsx_table(columns: &[&str]) -> TableWriter<Vec<u8>> {
    let folder = std::env::temp_dir();
    let options = Xlsx { temporary_directory: &folder, created: 1_789_376_400_000 };
    TableWriter::xlsx(Vec::new(), columns, options).unwrap()
}

#[test]
fn csv_text_is_read_as_written() {
    for byte_order_mark in [false, true] {
        let mut table = csv_table(&["first", "text", "=last"], Csv { byte_order_mark });
        for text in TEXTS {
            table.write_row(&[Value::Empty, Value::Text(text), Value::Text("end")]).unwrap();
        }
        let Some(rows) = read("csv", &table.finish().unwrap()) else { return };
        assert_eq!(rows[0], json!(["first", "text", "'=last"]));
        for (row, text) in rows.as_array().unwrap()[1..].iter().zip(TEXTS) {
            assert_eq!((&row[0], &row[2]), (&json!(""), &json!("end")), "{text:?}");
            let cell = row[1].as_str().unwrap();
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell:?}");
            assert_eq!(unescape_formula(cell), *text);
        }
        assert_eq!(rows.as_array().unwrap().len(), TEXTS.len() + 1);
    }
}

#[test]
fn xlsx_text_is_read_as_written() {
    let mut table = xlsx_table(&["text"]);
    for text in TEXTS {
        table.write_row(&[Value::Text(text)]).unwrap();
    }
    let Some(sheets) = read("xlsx", &table.finish().unwrap()) else { return };
    for (row, text) in (2..).zip(TEXTS) {
        let cell = &sheets[0]["cells"][format!("A{row}")];
        assert_eq!(cell, &json!({"type": "s", "value": text, "format": "@", "bold": false}));
    }
}

#[test]
fn xlsx_values_have_types() {
    let mut table = xlsx_table(&["text", "phone", "integer", "share", "time"]);
    for values in [
        [
            Value::Text("a"),
            Value::Phone("+14155550123"),
            Value::Integer(-20),
            Value::Decimal { unscaled: 950, scale: 1 },
            Value::Time(1_789_376_400_112),
        ],
        [Value::Empty; 5],
        // More digits than Excel keeps.
        [
            Value::Text(""),
            Value::Phone("1"),
            Value::Integer(i64::MAX),
            Value::Decimal { unscaled: i64::MIN, scale: 2 },
            Value::Time(0),
        ],
    ] {
        table.write_row(&values).unwrap();
    }
    let Some(sheets) = read("xlsx", &table.finish().unwrap()) else { return };
    let sheet = &sheets[0];
    let (time, text) = ("yyyy-mm-dd hh:mm:ss.000", "@");
    for (cell, kind, value, format) in [
        ("A2", "s", json!("a"), text),
        ("B2", "s", json!("14155550123"), text),
        ("C2", "n", json!(-20), "0"),
        ("D2", "n", json!(95), "0.0"),
        ("E2", "d", json!("2026-09-14T09:00:00.112000"), time),
        ("C4", "s", json!("9223372036854775807"), text),
        ("D4", "s", json!("-92233720368547758.08"), text),
        ("E4", "d", json!("1970-01-01T00:00:00"), time),
    ] {
        let expected = json!({"type": kind, "value": value, "format": format, "bold": false});
        assert_eq!(sheet["cells"][cell], expected, "{cell}");
    }
    for column in ["A", "B", "C", "D", "E"] {
        assert_eq!(sheet["cells"][format!("{column}1")]["bold"], true);
        assert_eq!(sheet["cells"][format!("{column}3")], Json::Null);
    }
    assert_eq!(sheet["frozen"], "A2");
    assert!(sheet["widths"]["E"].as_f64().unwrap() > 20.0, "{}", sheet["widths"]);
    assert!(sheet["widths"]["A"].as_f64().unwrap() < 12.0, "{}", sheet["widths"]);
}

#[test]
fn a_full_sheet_is_followed_by_another() {
    const DATA_ROWS: u32 = 1_048_575;
    let mut table = xlsx_table(&["text"]);
    for _ in 1..DATA_ROWS {
        table.write_row(&[Value::Empty]).unwrap();
    }
    for text in ["last", "next"] {
        table.write_row(&[Value::Text(text)]).unwrap();
    }
    let Some(sheets) = read("xlsx", &table.finish().unwrap()) else { return };
    assert_eq!(sheets.as_array().unwrap().len(), 2);
    for (sheet, row, text) in [(&sheets[0], DATA_ROWS + 1, "last"), (&sheets[1], 2, "next")] {
        assert_eq!(sheet["cells"]["A1"]["value"], "text");
        assert_eq!(sheet["cells"][format!("A{row}")]["value"], text);
        assert_eq!(sheet["frozen"], "A2");
    }
}

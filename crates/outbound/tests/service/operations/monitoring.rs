//! The metrics, log lines and options named in the documentation exist.

use std::fs;
use std::path::{Path, PathBuf};

use super::OPERATIONS;
use crate::support::{Engine, Installation};

/// The production code of every crate.
fn sources() -> String {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut folders: Vec<PathBuf> =
        fs::read_dir(crates).unwrap().map(|entry| entry.unwrap().path().join("src")).collect();
    let mut text = String::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else {
                text += &fs::read_to_string(&entry).unwrap();
            }
        }
    }
    text
}

/// The strings in backquotes that begin with `prefix`, without it.
fn quoted(prefix: &str) -> Vec<&'static str> {
    let found = OPERATIONS.split(prefix).skip(1);
    found.map(|rest| rest.split(['`', '{', ' ']).next().unwrap()).collect()
}

#[test]
fn every_metric_log_line_and_option_exists() {
    let sources = sources();
    // A call may be broken into lines anywhere between its arguments.
    let compact: String = sources.split_whitespace().collect();
    let metrics = quoted("`outbound_");
    assert!(metrics.len() > 5, "{metrics:?}");
    for metric in metrics {
        // The registry adds `_total` to the name of a counter, and the unit's name where there is one.
        let name = metric.strip_suffix("_total").unwrap_or(metric);
        let call = match name.strip_suffix("_bytes").or_else(|| name.strip_suffix("_seconds")) {
            Some(name) => format!("register_with_unit(\"{name}\","),
            None => format!("register(\"{name}\","),
        };
        assert!(compact.contains(&call), "no source has {call} for outbound_{metric}");
    }
    for line in OPERATIONS.split("| log: `").skip(1).map(|rest| rest.split('`').next().unwrap()) {
        assert!(sources.contains(line), "{line}");
    }
    let help = Installation::new(Engine::Sqlite).run(&["serve", "--help"]).succeeded().out;
    for option in quoted("`--") {
        assert!(help.contains(&format!("--{option}")), "--{option}");
    }
}

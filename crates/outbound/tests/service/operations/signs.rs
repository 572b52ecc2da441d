//! What the documentation says to watch and to set is there.

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

/// The texts between backquotes that begin with `prefix`, without it.
fn quoted(prefix: &str) -> Vec<&'static str> {
    let found = OPERATIONS.split(prefix).skip(1);
    found.map(|rest| rest.split(['`', '{', ' ']).next().unwrap()).collect()
}

#[test]
fn every_metric_log_line_and_option_exists() {
    let sources = sources();
    let metrics = quoted("`outbound_");
    assert!(metrics.len() > 5, "{metrics:?}");
    for metric in metrics {
        // The registry adds the unit and the sign of a counter.
        let units = metric.trim_end_matches("_total").trim_end_matches("_bytes");
        let name = units.trim_end_matches("_seconds");
        assert!(sources.contains(&format!("\"{name}")), "{metric}");
    }
    for line in OPERATIONS.split("| log: `").skip(1).map(|rest| rest.split('`').next().unwrap()) {
        assert!(sources.contains(line), "{line}");
    }
    let help = Installation::new(Engine::Sqlite).run(&["serve", "--help"]).succeeded().out;
    for option in quoted("`--") {
        assert!(help.contains(&format!("--{option}")), "--{option}");
    }
}

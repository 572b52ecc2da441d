//! The documentation and the dashboard name the exported metrics.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use serde_json::Value;

use super::OPERATIONS;
use crate::support::{ACCOUNT, Engine, LIST, Receiver, Service, eventually};

const PRIVATE: &str = "--webhooks-to-private-networks";
const DASHBOARD: &str = include_str!("../../../../../docs/grafana-dashboard.json");

/// The names of all samples, exported after the server has answered requests and run a job.
fn samples() -> &'static BTreeSet<String> {
    static SAMPLES: OnceLock<BTreeSet<String>> = OnceLock::new();
    SAMPLES.get_or_init(|| {
        let service = Service::start_with(Engine::Sqlite, &[PRIVATE]);
        service.get(&format!("{LIST}?v=1"));
        let receiver = Receiver::start(&[]);
        let create = ["webhook", "create", &receiver.url, "--account", ACCOUNT, "--json", PRIVATE];
        let webhook = service.installation.run(&create).json();
        let ping = ["webhook", "ping", webhook["id"].as_str().unwrap(), "--account", ACCOUNT];
        service.installation.run(&ping).succeeded();
        let metrics = || service.get("/metrics").text().to_owned();
        let text = eventually(metrics, |text| text.contains("outbound_job_runs_total{"));
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines.map(|line| line.split(['{', ' ']).next().unwrap().to_owned()).collect()
    })
}

/// The metric of a sample. A histogram has samples with three suffixes.
fn metric(sample: &str) -> String {
    let endings = ["_seconds_bucket", "_seconds_sum", "_seconds_count"];
    let base = endings.iter().find_map(|ending| sample.strip_suffix(ending));
    base.map_or_else(|| sample.to_owned(), |base| format!("{base}_seconds"))
}

/// The metrics of the table in docs/operations.md.
fn documented() -> BTreeSet<String> {
    let (_, section) = OPERATIONS.split_once("### Metrics").expect("a section on metrics");
    let (section, _) = section.split_once("\n## ").expect("a section after it");
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.map(|row| row.split('`').next().unwrap().to_owned()).collect()
}

#[test]
fn the_documented_metrics_are_exported() {
    let exported: BTreeSet<String> = samples().iter().map(|sample| metric(sample)).collect();
    assert_eq!(documented(), exported);
}

/// Collects the queries of the dashboard.
fn queries(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            for name in ["expr", "query"] {
                found.extend(object.get(name).and_then(Value::as_str).map(str::to_owned));
            }
            object.values().for_each(|value| queries(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| queries(value, found)),
        _ => {}
    }
}

#[test]
fn the_dashboard_shows_exactly_the_documented_metrics() {
    let mut found = Vec::new();
    queries(&serde_json::from_str(DASHBOARD).unwrap(), &mut found);
    let is_separator = |character: char| !(character.is_ascii_alphanumeric() || character == '_');
    let words = found.iter().flat_map(|query| query.split(is_separator));
    let named: BTreeSet<&str> = words.filter(|word| word.starts_with("outbound_")).collect();
    for name in &named {
        assert!(samples().contains(*name), "the dashboard shows {name}, which is not exported");
    }
    let shown: BTreeSet<String> = named.into_iter().map(metric).collect();
    assert_eq!(shown, documented());
}

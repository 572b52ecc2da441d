//! Findings as SARIF 2.1.0, the format that code review tools read:
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.

use std::fmt::Write as _;
use std::io::{self, Write};

use outbound_formats::Location;
use outbound_rules::{Finding, Rule, Severity, catalogue};
use serde_json::{Value, json};

use super::json::UNREADABLE;
use super::people::advise;
use super::{Counts, Problem, Report, What};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Writes results as they are found.
pub(super) struct Sarif<W> {
    output: W,
    any: bool,
}

impl<W: Write> Sarif<W> {
    pub(super) fn new(output: W) -> Self {
        Self { output, any: false }
    }

    /// Everything before the first result.
    fn begin(&mut self) -> io::Result<()> {
        if self.any {
            return self.output.write_all(b",\n");
        }
        self.any = true;
        let unreadable = json!({
            "id": UNREADABLE,
            "shortDescription": { "text": "The file, or a handoff in it, cannot be read." },
            "defaultConfiguration": { "level": "error" },
        });
        let rules: Vec<Value> = catalogue().map(descriptor).chain([unreadable]).collect();
        let driver = json!({ "name": "Outbound", "version": env!("CARGO_PKG_VERSION"), "rules": rules });
        writeln!(
            self.output,
            "{{\"$schema\":\"{SCHEMA}\",\"version\":\"2.1.0\",\"runs\":[{{\"tool\":{},\
             \"columnKind\":\"unicodeCodePoints\",\"results\":[",
            json!({ "driver": driver })
        )
    }
}

impl<W: Write> Report for Sarif<W> {
    fn problem(&mut self, problem: &Problem<'_>) -> io::Result<()> {
        self.begin()?;
        serde_json::to_writer(&mut self.output, &result(problem))?;
        Ok(())
    }

    fn finish(&mut self, _: &Counts) -> io::Result<()> {
        if !self.any {
            self.begin()?;
        }
        self.output.write_all(b"\n]}]}\n")?;
        self.output.flush()
    }
}

/// Several rules share an id, and none a name.
fn rule_id(id: &str, name: &str) -> String {
    format!("{id}/{name}")
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn descriptor(rule: &Rule) -> Value {
    let source = rule.source;
    let help = format!("{}, {} ({}), {}", source.provider, source.name, source.date, source.page);
    let mut descriptor = json!({
        "id": rule_id(rule.id, rule.name),
        "name": rule.name,
        "shortDescription": { "text": rule.summary },
        "help": { "text": help },
        "defaultConfiguration": { "level": level(rule.severity) },
    });
    if let Some(url) = source.url() {
        descriptor["helpUri"] = url.into();
    }
    descriptor
}

fn result(problem: &Problem<'_>) -> Value {
    match &problem.what {
        What::Finding { handoff, finding, place } => {
            let mut location = json!({ "logicalLocations":
                [{ "fullyQualifiedName": format!("{handoff}{}", finding.pointer) }] });
            if let Some(file) = problem.file {
                location["physicalLocation"] = physical(file, Some((place.from, place.to)));
            }
            json!({
                "ruleId": rule_id(finding.rule, finding.name),
                "level": level(finding.severity),
                "message": { "text": sentence(finding) },
                "locations": [location],
            })
        }
        What::Unreadable { message, at } => json!({
            "ruleId": UNREADABLE,
            "level": "error",
            "message": { "text": message },
            "locations": [{ "physicalLocation": physical(problem.file.unwrap_or_default(), at.map(|at| (at, at))) }],
        }),
    }
}

fn sentence(finding: &Finding) -> String {
    match &finding.fix {
        Some(fix) => format!("{} Fix: {}.", finding.message, advise(fix, &finding.pointer)),
        None => finding.message.clone(),
    }
}

fn physical(file: &str, region: Option<(Location, Location)>) -> Value {
    let mut physical = json!({ "artifactLocation": { "uri": uri(file) } });
    if let Some((from, to)) = region {
        physical["region"] = json!({
            "startLine": from.line, "startColumn": from.column, "endLine": to.line, "endColumn": to.column,
        });
    }
    physical
}

/// A path as a URI reference (RFC 3986 §4.1).
fn uri(path: &str) -> String {
    let mut uri = if path.starts_with('/') { "file://".to_owned() } else { String::new() };
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(byte.into());
            }
            _ => drop(write!(uri, "%{byte:02X}")),
        }
    }
    uri
}

//! Findings as SARIF 2.1.0, the format that code review tools read:
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.

use std::fmt::Write as _;
use std::io::{self, Write};

use outbound_formats::Location;
use outbound_rules::{Finding, Rule, Severity, catalogue};
use serde_json::{Value, json};

use super::json::UNREADABLE;
use super::text::fix_text;
use super::{Counts, Problem, ProblemKind, ReportWriter};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Writes each result when it is found.
pub(super) struct SarifWriter<W> {
    output: W,
    has_begun: bool,
}

impl<W: Write> SarifWriter<W> {
    pub(super) fn new(output: W) -> Self {
        Self { output, has_begun: false }
    }

    /// Writes everything before the first result, or a comma before the others.
    fn begin(&mut self) -> io::Result<()> {
        if self.has_begun {
            return self.output.write_all(b",\n");
        }
        self.has_begun = true;
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

impl<W: Write> ReportWriter for SarifWriter<W> {
    fn problem(&mut self, problem: &Problem<'_>) -> io::Result<()> {
        self.begin()?;
        serde_json::to_writer(&mut self.output, &result(problem))?;
        Ok(())
    }

    fn finish(&mut self, _: &Counts) -> io::Result<()> {
        if !self.has_begun {
            self.begin()?;
        }
        self.output.write_all(b"\n]}]}\n")?;
        self.output.flush()
    }
}

/// A unique id of a rule. Several rules can have the same id, but each has a different name.
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
    match &problem.kind {
        ProblemKind::Finding { handoff, finding, span } => {
            let mut location = json!({ "logicalLocations":
                [{ "fullyQualifiedName": format!("{handoff}{}", finding.pointer) }] });
            if let Some(file) = problem.file {
                location["physicalLocation"] = physical_location(file, Some((span.start, span.end)));
            }
            json!({
                "ruleId": rule_id(finding.rule, finding.name),
                "level": level(finding.severity),
                "message": { "text": message(finding) },
                "locations": [location],
            })
        }
        ProblemKind::Unreadable { message, at } => json!({
            "ruleId": UNREADABLE,
            "level": "error",
            "message": { "text": message },
            "locations": [{
                "physicalLocation": physical_location(
                    problem.file.unwrap_or_default(),
                    at.map(|at| (at, at)),
                ),
            }],
        }),
    }
}

fn message(finding: &Finding) -> String {
    match &finding.fix {
        Some(fix) => format!("{} Fix: {}.", finding.message, fix_text(fix, &finding.pointer)),
        None => finding.message.clone(),
    }
}

fn physical_location(file: &str, region: Option<(Location, Location)>) -> Value {
    let mut location = json!({ "artifactLocation": { "uri": uri(file) } });
    if let Some((start, end)) = region {
        location["region"] = json!({
            "startLine": start.line, "startColumn": start.column,
            "endLine": end.line, "endColumn": end.column,
        });
    }
    location
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

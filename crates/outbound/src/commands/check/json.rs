//! Writes findings as a JSON array. Each finding is written when it is found.

use std::io::{self, Write};

use outbound_formats::Location;
use outbound_model::HandoffId;
use outbound_rules::{Finding, Severity};
use serde::Serialize;

use super::{Counts, Problem, ProblemKind, ReportWriter};

/// The rule id for files and handoffs that cannot be read.
pub(super) const UNREADABLE: &str = "unreadable";

pub(super) struct JsonWriter<W> {
    output: W,
    has_elements: bool,
}

impl<W: Write> JsonWriter<W> {
    pub(super) fn new(output: W) -> Self {
        Self { output, has_elements: false }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Element<'p> {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'p str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    handoff: Option<&'p HandoffId>,
    #[serde(flatten)]
    entry: ReportEntry<'p>,
    #[serde(flatten)]
    location: Option<LineRange>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum ReportEntry<'p> {
    Finding(&'p Finding),
    Unreadable { rule: &'static str, severity: Severity, message: &'p str },
}

/// Lines and columns, counted from 1, columns in characters. The end is exclusive.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LineRange {
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

impl LineRange {
    fn new(start: Location, end: Location) -> Self {
        Self { line: start.line, column: start.column, end_line: end.line, end_column: end.column }
    }
}

impl<W: Write> ReportWriter for JsonWriter<W> {
    fn problem(&mut self, problem: &Problem<'_>) -> io::Result<()> {
        let file = problem.file;
        let element = match &problem.kind {
            ProblemKind::Finding { handoff, finding, span } => Element {
                file,
                handoff: Some(*handoff),
                entry: ReportEntry::Finding(finding),
                location: file.map(|_| LineRange::new(span.start, span.end)),
            },
            ProblemKind::Unreadable { message, at } => Element {
                file,
                handoff: None,
                entry: ReportEntry::Unreadable { rule: UNREADABLE, severity: Severity::Error, message },
                location: at.map(|at| LineRange::new(at, at)),
            },
        };
        self.output.write_all(if self.has_elements { b",\n" } else { b"[\n" })?;
        self.has_elements = true;
        serde_json::to_writer(&mut self.output, &element)?;
        Ok(())
    }

    fn finish(&mut self, _: &Counts) -> io::Result<()> {
        self.output.write_all(if self.has_elements { b"\n]\n" } else { b"[]\n" })?;
        self.output.flush()
    }
}

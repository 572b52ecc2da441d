//! Findings as a JSON array, an object each, written as they are found.

use std::io::{self, Write};

use outbound_formats::Location;
use outbound_model::HandoffId;
use outbound_rules::{Finding, Severity};
use serde::Serialize;

use super::{Counts, Problem, Report, What};

/// The rule that a file breaks which cannot be read.
pub(super) const UNREADABLE: &str = "unreadable";

pub(super) struct Json<W> {
    output: W,
    any: bool,
}

impl<W: Write> Json<W> {
    pub(super) fn new(output: W) -> Self {
        Self { output, any: false }
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
    told: ReportEntry<'p>,
    #[serde(flatten)]
    place: Option<Span>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum ReportEntry<'p> {
    Finding(&'p Finding),
    Unreadable { rule: &'static str, severity: Severity, message: &'p str },
}

/// Lines and columns from 1, columns in characters; the end is behind the last one.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Span {
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

impl Span {
    fn new(from: Location, to: Location) -> Self {
        Self { line: from.line, column: from.column, end_line: to.line, end_column: to.column }
    }
}

impl<W: Write> Report for Json<W> {
    fn problem(&mut self, problem: &Problem<'_>) -> io::Result<()> {
        let file = problem.file;
        let element = match &problem.what {
            What::Finding { handoff, finding, place } => Element {
                file,
                handoff: Some(*handoff),
                told: ReportEntry::Finding(finding),
                place: file.map(|_| Span::new(place.from, place.to)),
            },
            What::Unreadable { message, at } => Element {
                file,
                handoff: None,
                told: ReportEntry::Unreadable { rule: UNREADABLE, severity: Severity::Error, message },
                place: at.map(|at| Span::new(at, at)),
            },
        };
        self.output.write_all(if self.any { b",\n" } else { b"[\n" })?;
        self.any = true;
        serde_json::to_writer(&mut self.output, &element)?;
        Ok(())
    }

    fn finish(&mut self, _: &Counts) -> io::Result<()> {
        self.output.write_all(if self.any { b"\n]\n" } else { b"[]\n" })?;
        self.output.flush()
    }
}

//! Writes findings as text: the line with the problem underlined, the message, the fix and the source.

use std::io::{self, BufWriter, IsTerminal, Stdout, Write};

use annotate_snippets::{
    AnnotationKind, Group, Level, Message, Origin, Renderer, Snippet, normalize_untrusted_str,
};
use outbound_formats::Location;
use outbound_model::{FindingCounts, HandoffId, plural};
use outbound_rules::{Finding, Fix, Severity};
use serde_json::Value;

use super::excerpt::{excerpt, visible};
use super::location::FindingSpan;
use super::{Counts, Problem, ProblemKind, ReportWriter};

/// Writes to standard output. Uses colours on a terminal.
pub(super) struct TextWriter {
    output: BufWriter<Stdout>,
    renderer: Renderer,
}

impl TextWriter {
    pub(super) fn on_stdout() -> Self {
        let stdout = io::stdout();
        // https://no-color.org
        let coloured =
            stdout.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let renderer = if coloured { Renderer::styled() } else { Renderer::plain() };
        Self { output: BufWriter::new(stdout), renderer }
    }
}

impl ReportWriter for TextWriter {
    fn problem(&mut self, problem: &Problem<'_>) -> io::Result<()> {
        let text = match &problem.kind {
            ProblemKind::Finding { handoff, finding, span } => {
                self.renderer.render(&finding_groups(problem.file, handoff, finding, span))
            }
            ProblemKind::Unreadable { message, at } => {
                let origin = origin(problem.file, None, *at);
                self.renderer.render(&[Level::ERROR.primary_title(untrusted(message)).element(origin)])
            }
        };
        writeln!(self.output, "{text}\n")
    }

    fn finish(&mut self, counts: &Counts) -> io::Result<()> {
        let Counts { handoffs, errors, warnings, unreadable } = *counts;
        let findings = FindingCounts { errors, warnings };
        let mut parts = vec![plural(handoffs, "handoff", "handoffs"), findings.to_string()];
        if unreadable > 0 {
            parts.push(format!("{unreadable} unreadable"));
        }
        writeln!(self.output, "{}", parts.join(", "))?;
        self.output.flush()
    }
}

/// The message with its location, and the line with its notes. These are two groups, because annotate-snippets would
/// otherwise treat the line as part of a second file.
fn finding_groups(
    file: Option<&str>,
    handoff: &HandoffId,
    finding: &Finding,
    span: &FindingSpan<'_>,
) -> [Group<'static>; 2] {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING.with_name("warning"),
    };
    let title = level
        .clone()
        .primary_title(untrusted(&finding.message))
        .id(format!("{} {}", finding.rule, finding.name))
        .element(origin(file, Some(handoff), Some(span.start)));
    let excerpt = excerpt(span.text, span.range.clone());
    let line = Snippet::source(excerpt.text)
        .line_start(span.start.line)
        .annotation(AnnotationKind::Primary.span(excerpt.marked));
    let document = finding.source;
    let source = format!("{}, {} ({}), {}", finding.provider, document.name, document.date, document.page);
    let fix = finding.fix.as_ref().map(|fix| note("fix", &fix_text(fix, &finding.pointer)));
    let line = Group::with_level(level)
        .element(line)
        .elements(fix)
        .element(note("source", &source))
        .element(note("handoff", &format!("{handoff}{}", finding.pointer)));
    [title, line]
}

fn note(name: &'static str, text: &str) -> Message<'static> {
    Level::NOTE.with_name(name).message(untrusted(text))
}

/// Removes characters that could control the terminal from the text of a file.
fn untrusted(text: &str) -> String {
    normalize_untrusted_str(&text.chars().map(visible).collect::<String>())
}

/// The location in the file. For a handoff of an account, its id.
fn origin(file: Option<&str>, handoff: Option<&HandoffId>, at: Option<Location>) -> Origin<'static> {
    match (file, at) {
        (Some(file), Some(at)) => Origin::path(untrusted(file)).line(at.line).char_column(at.column),
        (Some(file), None) => Origin::path(untrusted(file)),
        (None, _) => Origin::path(handoff.map_or_else(String::new, HandoffId::to_string)),
    }
}

/// Describes a fix.
pub(super) fn fix_text(fix: &Fix, pointer: &str) -> String {
    let location = if fix.pointer == pointer { String::new() } else { format!(" at {}", fix.pointer) };
    match &fix.value {
        Value::Null => format!("remove {}", fix.pointer),
        Value::String(text) if text.is_empty() => format!("remove this text{location}"),
        Value::String(text) => format!("write {text}{location}"),
        other => format!("write {other}{location}"),
    }
}

//! Findings for people: the text underlined in its line, why, and what to do.

use std::io::{self, BufWriter, IsTerminal, Stdout, Write};

use annotate_snippets::{
    AnnotationKind, Group, Level, Message, Origin, Renderer, Snippet, normalize_untrusted_str,
};
use outbound_formats::Location;
use outbound_model::{FindingCounts, HandoffId, plural};
use outbound_rules::{Finding, Fix, Severity};
use serde_json::Value;

use super::excerpt::{excerpt, visible};
use super::place::Place;
use super::{Counts, Problem, Report, What};

/// Writes to standard output, in colours on a terminal.
pub(super) struct People {
    output: BufWriter<Stdout>,
    renderer: Renderer,
}

impl People {
    pub(super) fn on_stdout() -> Self {
        let stdout = io::stdout();
        // https://no-color.org
        let colours =
            stdout.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let renderer = if colours { Renderer::styled() } else { Renderer::plain() };
        Self { output: BufWriter::new(stdout), renderer }
    }
}

impl Report for People {
    fn problem(&mut self, problem: &Problem<'_>) -> io::Result<()> {
        let shown = match &problem.what {
            What::Finding { handoff, finding, place } => {
                self.renderer.render(&report(problem.file, handoff, finding, place))
            }
            What::Unreadable { message, at } => {
                let place = origin(problem.file, None, *at);
                self.renderer.render(&[Level::ERROR.primary_title(untrusted(message)).element(place)])
            }
        };
        writeln!(self.output, "{shown}\n")
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

/// The sentence with its place, and the line with what is to know about it. Two groups: in one, the
/// library takes the line for one of another file.
fn report(
    file: Option<&str>,
    handoff: &HandoffId,
    finding: &Finding,
    place: &Place<'_>,
) -> [Group<'static>; 2] {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING.with_name("warning"),
    };
    let title = level
        .clone()
        .primary_title(untrusted(&finding.message))
        .id(format!("{} {}", finding.rule, finding.name))
        .element(origin(file, Some(handoff), Some(place.from)));
    let cut = excerpt(place.text, place.range.clone());
    let line = Snippet::source(cut.text)
        .line_start(place.from.line)
        .annotation(AnnotationKind::Primary.span(cut.marked));
    let source = finding.source;
    let said_by = format!("{}, {} ({}), {}", finding.provider, source.name, source.date, source.page);
    let fix = finding.fix.as_ref().map(|fix| note("fix", &advise(fix, &finding.pointer)));
    let line = Group::with_level(level)
        .element(line)
        .elements(fix)
        .element(note("source", &said_by))
        .element(note("handoff", &format!("{handoff}{}", finding.pointer)));
    [title, line]
}

fn note(name: &'static str, text: &str) -> Message<'static> {
    Level::NOTE.with_name(name).message(untrusted(text))
}

/// Text that comes from a file, without what could steer a terminal.
fn untrusted(text: &str) -> String {
    normalize_untrusted_str(&text.chars().map(visible).collect::<String>())
}

/// The place in the file; in an account the handoff, whose lines nobody has seen.
fn origin(file: Option<&str>, handoff: Option<&HandoffId>, at: Option<Location>) -> Origin<'static> {
    match (file, at) {
        (Some(file), Some(at)) => Origin::path(untrusted(file)).line(at.line).char_column(at.column),
        (Some(file), None) => Origin::path(untrusted(file)),
        (None, _) => Origin::path(handoff.map_or_else(String::new, HandoffId::to_string)),
    }
}

/// What to do, in words.
pub(super) fn advise(fix: &Fix, pointer: &str) -> String {
    let place = if fix.pointer == pointer { String::new() } else { format!(" at {}", fix.pointer) };
    match &fix.value {
        Value::Null => format!("leave out {}", fix.pointer),
        Value::String(text) if text.is_empty() => format!("remove this{place}"),
        Value::String(text) => format!("write {text}{place}"),
        other => format!("write {other}{place}"),
    }
}

//! What a command prints: text for people, or JSON.

use std::error::Error;
use std::fmt::Display;
use std::io::{self, Write};

use serde::Serialize;

use crate::error::CliError;

/// The form that the user asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    pub(crate) json: bool,
}

impl Output {
    /// Prints `value` as JSON, or `text` for people.
    pub(crate) fn print(self, value: &impl Serialize, text: impl Display) -> Result<(), CliError> {
        if self.json { print(serde_json::to_string_pretty(value)?) } else { print(text) }
    }
}

/// Prints a line, or several, to standard output.
pub(crate) fn print(text: impl Display) -> Result<(), CliError> {
    let mut stdout = io::stdout().lock();
    match writeln!(stdout, "{text}").and_then(|()| stdout.flush()) {
        // Whoever read it has had enough: `outbound export | head`.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result.map_err(CliError::Output),
    }
}

/// Says on standard error what is worth knowing and no mistake.
pub(crate) fn note(text: impl Display) {
    let _ = write!(io::stderr(), "{text}");
}

/// Says on standard error what went wrong, with the causes that the sentence does not already name.
pub(crate) fn complain(error: &dyn Error) {
    let mut said = error.to_string();
    let mut text = format!("error: {said}");
    let mut cause = error.source();
    while let Some(inner) = cause {
        let sentence = inner.to_string();
        if !said.contains(&sentence) {
            text.push_str("\n  because: ");
            text.push_str(&sentence);
        }
        said = sentence;
        cause = inner.source();
    }
    let _ = writeln!(io::stderr(), "{text}");
}

/// Rows in columns, with a heading; `nothing` where there are none.
pub(crate) fn table<const N: usize>(heading: [&str; N], rows: &[[String; N]], nothing: &str) -> String {
    if rows.is_empty() {
        return nothing.to_owned();
    }
    let heading = heading.map(str::to_owned);
    let all = || std::iter::once(&heading).chain(rows);
    let widths: [usize; N] =
        std::array::from_fn(|i| all().map(|row| row[i].chars().count()).max().unwrap_or(0));
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    all().map(line).collect::<Vec<_>>().join("\n")
}

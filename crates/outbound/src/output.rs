//! Output of the commands: text for people, or JSON.

use std::error::Error;
use std::fmt::Display;
use std::io::{self, Write};

use serde::Serialize;

use crate::error::CliError;

/// The requested output format.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    pub(crate) json: bool,
}

impl Output {
    /// Prints `value` as JSON, or else `text`.
    pub(crate) fn print(self, value: &impl Serialize, text: impl Display) -> Result<(), CliError> {
        if self.json { print(serde_json::to_string_pretty(value)?) } else { print(text) }
    }
}

/// Prints one or more lines to standard output.
pub(crate) fn print(text: impl Display) -> Result<(), CliError> {
    let mut stdout = io::stdout().lock();
    match writeln!(stdout, "{text}").and_then(|()| stdout.flush()) {
        // The reader has closed the pipe, as in `outbound export | head`.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result.map_err(CliError::Output),
    }
}

/// Prints additional information to standard error.
pub(crate) fn print_note(text: impl Display) {
    let _ = write!(io::stderr(), "{text}");
}

/// Prints an error and its causes to standard error. Skips causes whose message the previous one contains.
pub(crate) fn print_error(error: &dyn Error) {
    let mut previous = error.to_string();
    let mut text = format!("error: {previous}");
    let mut source = error.source();
    while let Some(cause) = source {
        let message = cause.to_string();
        if !previous.contains(&message) {
            text.push_str("\n  because: ");
            text.push_str(&message);
        }
        previous = message;
        source = cause.source();
    }
    let _ = writeln!(io::stderr(), "{text}");
}

/// Replaces characters that would control the terminal or change the direction of text by spaces.
pub(crate) fn printable(text: &str) -> String {
    let controls = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.replace(controls, " ")
}

/// Formats rows as aligned columns with a heading. Returns `if_empty` if there are no rows. Characters that would control
/// the terminal, such as those of names that clients choose, become spaces.
pub(crate) fn table<const N: usize>(heading: [&str; N], rows: &[[String; N]], if_empty: &str) -> String {
    if rows.is_empty() {
        return if_empty.to_owned();
    }
    let rows: Vec<[String; N]> = rows.iter().map(|row| row.each_ref().map(|cell| printable(cell))).collect();
    let heading = heading.map(str::to_owned);
    let all = || std::iter::once(&heading).chain(&rows);
    let widths: [usize; N] =
        std::array::from_fn(|i| all().map(|row| row[i].chars().count()).max().unwrap_or(0));
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    all().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_do_not_control_the_terminal() {
        let rows = [["\u{1b}[31mred\nnext".to_owned(), "a\u{202e}b".to_owned()]];
        assert_eq!(table(["NAME", "TEXT"], &rows, ""), "NAME           TEXT\n [31mred next  a b");
    }
}

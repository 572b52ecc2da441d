//! `outbound handoff versions` and `outbound handoff diff`.

use std::fmt::Write;

use outbound_app::{App, VersionRecord, VersionSelector};
use outbound_compare::{Change, Kind, RunKind};
use serde_json::json;

use super::find;
use super::output::version_json;
use crate::arguments::HandoffArg;
use crate::error::CliError;
use crate::output::{Output, table};

/// Number of versions per query.
const PAGE_SIZE: u32 = 500;

pub(super) async fn versions(app: &App, handoff: &HandoffArg, output: Output) -> Result<(), CliError> {
    let (stored, grant) = (find::stored(app, handoff).await?, app.operator(&handoff.account.account));
    let (mut all, mut before) = (Vec::new(), None);
    loop {
        let mut found = app.versions(&grant, &stored.id, before, PAGE_SIZE).await?;
        let Some(last) = found.last() else { break };
        before = Some(last.number);
        all.append(&mut found);
    }
    let row = |record: &VersionRecord| {
        let is_published = stored.published_version == Some(record.number);
        let published = if is_published { "yes" } else { "-" }.to_owned();
        let note = record.note.clone().unwrap_or_default();
        [record.number.to_string(), record.saved_at.to_string(), record.saved_by.clone(), published, note]
    };
    let (rows, values): (Vec<_>, Vec<_>) =
        all.iter().map(|record| (row(record), version_json(record))).unzip();
    output.print(&values, table(["VERSION", "SAVED", "BY", "PUBLISHED", "NOTE"], &rows, ""))
}

pub(super) async fn diff(
    app: &App,
    handoff: &HandoffArg,
    (from, to): (VersionSelector, VersionSelector),
    output: Output,
) -> Result<(), CliError> {
    let (id, grant) = (find::id(app, handoff).await?, app.operator(&handoff.account.account));
    let compared = app.compare_versions(&grant, &id, from, to).await?;
    let value = json!({
        "from": version_json(&compared.from),
        "to": version_json(&compared.to),
        "changes": compared.changes,
    });
    let title = format!("version {} to version {}", compared.from.number, compared.to.number);
    let lines: Vec<_> = compared.changes.iter().map(line).collect();
    let lines = if lines.is_empty() { "There are no differences.".to_owned() } else { lines.join("\n") };
    output.print(&value, format!("{title}\n{lines}"))
}

/// Formats a change as a line. Removed words are in `[-…-]`, added ones in `{+…+}`.
fn line(change: &Change) -> String {
    let (sign, path) = match change.kind {
        Kind::Added => ('+', &change.new_path),
        Kind::Removed => ('-', &change.old_path),
        Kind::Changed => ('~', &change.new_path),
        Kind::Moved => ('>', &change.new_path),
    };
    let mut line = format!("{sign} {}", path.as_deref().unwrap_or_default());
    let result = match (&change.old, &change.new, &change.old_path) {
        _ if !change.words.is_empty() => write!(line, ": {}", words(change)),
        (Some(old), Some(new), _) => write!(line, ": {old} -> {new}"),
        (Some(value), None, _) | (None, Some(value), _) => write!(line, ": {value}"),
        (None, None, Some(old)) => write!(line, " from {old}"),
        (None, None, None) => Ok(()),
    };
    // Writing to a string cannot fail.
    result.map(|()| line).unwrap_or_default()
}

fn words(change: &Change) -> String {
    let run = |run: &outbound_compare::Run| {
        let text = run.text.escape_debug();
        match run.kind {
            RunKind::Same => text.to_string(),
            RunKind::Added => format!("{{+{text}+}}"),
            RunKind::Removed => format!("[-{text}-]"),
        }
    };
    change.words.iter().map(run).collect()
}

//! `outbound import`.

use std::fmt::Write;
use std::path::Path;

use outbound_app::{App, ImportOptions, Imported};
use outbound_formats::{FormatError, liveperson};
use outbound_model::{FindingCounts, Handoff};

use crate::arguments::Import;
use crate::commands::files::{open, progress_bar};
use crate::error::CliError;
use crate::output::Output;

pub(super) async fn run(app: &App, import: &Import, output: Output) -> Result<(), CliError> {
    let bar = progress_bar(&import.files);
    // All are opened before anything is written.
    let files = import.files.iter().map(|path| open(path, &bar).map(|input| (path, input)));
    let files = files.collect::<Result<Vec<_>, CliError>>()?;
    let handoffs = files.into_iter().flat_map(|(path, input)| {
        liveperson::read(input, app.new_handoffs()).map(move |handoff| named(path, handoff))
    });
    let options = ImportOptions { dry_run: import.dry_run, strict: import.strict };
    let grant = app.operator(&import.account.account);
    let imported = app
        .import(&grant, handoffs, options, |number| {
            if number % 100 == 0 {
                bar.set_message(format!("{number} handoffs"));
            }
        })
        .await;
    bar.finish_and_clear();
    let imported = imported?;
    output.print(&imported, sentence(imported, import))
}

fn sentence(done: Imported, import: &Import) -> String {
    let Imported { created, changed, unchanged, findings } = done;
    let would = if import.dry_run { "Would import" } else { "Imported" };
    let counts = format!("{created} new, {changed} changed, {unchanged} as they were");
    let mut text = format!("{would} {} handoffs: {counts}.", done.total());
    if findings != FindingCounts::default() {
        let _ = write!(text, "\n{findings}: see outbound check --account {}", import.account.account);
    }
    text
}

/// A mistake in one of several files says in which.
fn named(path: &Path, handoff: Result<Handoff, FormatError>) -> Result<Handoff, FormatError> {
    handoff.map_err(|error| FormatError::InFile { file: path.display().to_string(), error: Box::new(error) })
}

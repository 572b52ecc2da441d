//! `outbound import`.

use std::cell::Cell;
use std::fmt::Write;
use std::path::Path;

use outbound_app::{App, ImportError, ImportOptions, Imported};
use outbound_formats::liveperson::{self, Located};
use outbound_formats::{FormatError, Location};
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
    // Where the handoff that is being imported stands.
    let place = Cell::new(None);
    let handoffs = files.into_iter().flat_map(|(path, input)| {
        let place = &place;
        let located = liveperson::read_located(input, app.new_handoffs());
        located.map(move |located| named(path, located, place))
    });
    let options =
        ImportOptions { dry_run: import.dry_run, strict: import.strict, ..ImportOptions::default() };
    let grant = app.operator(&import.account.account);
    let imported = app
        .import(&grant, handoffs, options, |number| {
            if number % 100 == 0 {
                bar.set_message(format!("{number} handoffs"));
            }
        })
        .await;
    bar.finish_and_clear();
    let imported = imported.map_err(|error| refused(error, place.get()))?;
    output.print(&imported, sentence(imported, import))
}

fn sentence(done: Imported, import: &Import) -> String {
    let Imported { created, changed, unchanged, findings, .. } = done;
    let would = if import.dry_run { "Would import" } else { "Imported" };
    let counts = format!("{created} new, {changed} changed, {unchanged} as they were");
    let mut text = format!("{would} {} handoffs: {counts}.", done.total());
    if findings != FindingCounts::default() {
        let _ = write!(text, "\n{findings}: see outbound check --account {}", import.account.account);
    }
    text
}

/// A mistake in one of several files says in which.
fn named<'p>(
    path: &'p Path,
    located: Result<Located, FormatError>,
    place: &Cell<Option<(&'p Path, Location)>>,
) -> Result<Handoff, FormatError> {
    match located {
        Ok(located) => {
            place.set(Some((path, located.at)));
            Ok(located.handoff)
        }
        Err(error) => Err(FormatError::InFile { file: path.display().to_string(), error: Box::new(error) }),
    }
}

/// So does what only the database finds.
fn refused(error: ImportError, place: Option<(&Path, Location)>) -> CliError {
    match (error, place) {
        (error @ (ImportError::Handoff { .. } | ImportError::Repeated { .. }), Some((path, at))) => {
            CliError::ImportAt { path: path.to_owned(), at, error }
        }
        (error, _) => error.into(),
    }
}

//! `outbound import`.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::BufRead;
use std::path::Path;

use outbound_app::{App, ImportDefaults, ImportError, ImportOptions, IncomingHandoff};
use outbound_formats::{self as formats, FormatError, Location, ReadOptions, read_any};
use outbound_model::plural;

use crate::arguments::Import;
use crate::commands::files::{detected, open, progress_bar};
use crate::commands::import_report::{Item, Report};
use crate::commands::losses::LossReport;
use crate::error::CliError;
use crate::output::{Output, note};

/// Handoffs that a report lists one by one.
const MAX_ITEMS: usize = 1000;

pub(super) async fn run(app: &App, import: &Import, output: Output) -> Result<(), CliError> {
    let bar = progress_bar(&import.files);
    // All are opened before anything is written.
    let files = import.files.iter().map(|path| open(path, &bar).map(|input| (path, input)));
    let files = files.collect::<Result<Vec<_>, CliError>>()?;
    // Where the handoffs that were read and not yet imported stand, and the ids that they were read with.
    let waiting = RefCell::new(VecDeque::new());
    let mut told = LossReport::default();
    let grant = app.operator(&import.account.account);
    let defaults = app.import_defaults(&grant, import.defaults.defaults()).await?;
    let handoffs = files.into_iter().flat_map(|(path, input)| {
        read(app, import, path, input, defaults.clone()).map(move |imported| (path, named(path, imported)))
    });
    let handoffs = handoffs.map(|(path, imported)| {
        let imported = imported?;
        let at = imported.at;
        let incoming: IncomingHandoff = told.imported(path, imported);
        waiting.borrow_mut().push_back((path.as_path(), at, incoming.handoff.id.clone()));
        Ok(incoming)
    });
    let mut details = app.import_details(&grant).await?;
    let (mut items, mut ids) = (Vec::new(), Vec::new());
    let imported = app
        .import(&grant, handoffs, options(import), |number, one| {
            let read = waiting.borrow_mut().pop_front();
            let renamed = read.map(|(_, _, id)| id).filter(|id| *id != one.handoff.id);
            ids.extend(renamed.map(|id| (id, one.handoff.id.clone())));
            if items.len() < MAX_ITEMS {
                items.push(Item::of(*details.of(one)));
            }
            if number % 100 == 0 {
                bar.set_message(plural(number, "handoff", "handoffs"));
            }
        })
        .await;
    bar.finish_and_clear();
    let place = waiting.borrow().front().map(|(path, at, _)| (*path, *at));
    let done = imported.map_err(|error| refused(error, place))?;
    told.renamed(&ids);
    let report = Report { done, items, told };
    if !output.json {
        note(&report.told);
    }
    output.print(&report, report.sentence(import))?;
    match done.held_back {
        0 => Ok(()),
        count => Err(CliError::HeldBack(count)),
    }
}

fn options(import: &Import) -> ImportOptions<'static> {
    let (dry_run, strict, publish) = (import.dry_run, import.strict, import.publishing.wanted());
    ImportOptions { dry_run, strict, publish, ..ImportOptions::default() }
}

/// What one file holds, in the format that was asked for or that it has.
fn read<'f>(
    app: &'f App,
    import: &Import,
    path: &Path,
    input: Box<dyn BufRead>,
    defaults: ImportDefaults,
) -> Box<dyn Iterator<Item = Result<formats::ImportedHandoff, FormatError>> + 'f> {
    let detected = match import.format {
        Some(format) => Ok((format, input)),
        None => detected(input),
    };
    let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).filter(|stem| stem != "-");
    let options = ReadOptions { name, channel: import.channel, defaults };
    match detected {
        Ok((format, input)) => read_any(format, input, options, app.file_defaults()),
        Err(error) => Box::new(std::iter::once(Err(error.into()))),
    }
}

/// A mistake in one of several files says in which.
fn named<T>(path: &Path, read: Result<T, FormatError>) -> Result<T, FormatError> {
    read.map_err(|error| FormatError::InFile { file: path.display().to_string(), error: Box::new(error) })
}

/// So does what only the database finds.
fn refused(error: ImportError, place: Option<(&Path, Location)>) -> CliError {
    match (error, place) {
        (error @ (ImportError::Handoff { .. } | ImportError::Repeated { .. }), Some((path, at))) => {
            CliError::ImportAt { path: path.to_owned(), at, error: Box::new(error) }
        }
        (error, _) => error.into(),
    }
}

//! `outbound import`.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::BufRead;
use std::path::Path;

use outbound_app::{App, ImportDefaults, ImportError, ImportOptions, IncomingHandoff};
use outbound_formats::{self as formats, FormatError, Location, ReadOptions, read_any};
use outbound_model::plural;

use crate::arguments::Import;
use crate::commands::files::{detect_format, open, progress_bar};
use crate::commands::import_report::{ImportReport, ImportReportItem};
use crate::commands::loss_report::LossReport;
use crate::error::CliError;
use crate::output::{Output, print_note};

/// Maximum number of handoffs in a report.
const MAX_ITEMS: usize = 1000;

pub(super) async fn run(app: &App, import: &Import, output: Output) -> Result<(), CliError> {
    let bar = progress_bar(&import.files);
    // Opens all files first, so that a missing file is reported before anything is written.
    let files = import.files.iter().map(|path| open(path, &bar).map(|input| (path, input)));
    let files = files.collect::<Result<Vec<_>, CliError>>()?;
    // Path, location and id of the handoffs that are read but not yet imported.
    let pending = RefCell::new(VecDeque::new());
    let mut losses = LossReport::default();
    let grant = app.operator(&import.account.account);
    let defaults = app.import_defaults(&grant, import.defaults.defaults()).await?;
    let handoffs = files.into_iter().flat_map(|(path, input)| {
        read(app, import, path, input, defaults.clone())
            .map(move |imported| (path, add_file_name(path, imported)))
    });
    let handoffs = handoffs.map(|(path, imported)| {
        let imported = imported?;
        let at = imported.at;
        let incoming: IncomingHandoff = losses.add_imported(path, imported);
        pending.borrow_mut().push_back((path.as_path(), at, incoming.handoff.id.clone()));
        Ok(incoming)
    });
    let mut details = app.import_details(&grant).await?;
    let (mut items, mut ids) = (Vec::new(), Vec::new());
    let imported = app
        .import(&grant, handoffs, options(import), |number, planned| {
            let read = pending.borrow_mut().pop_front();
            let old_id = read.map(|(_, _, id)| id).filter(|id| *id != planned.handoff.id);
            ids.extend(old_id.map(|id| (id, planned.handoff.id.clone())));
            if items.len() < MAX_ITEMS {
                items.push(ImportReportItem::new(*details.of(planned)));
            }
            if number % 100 == 0 {
                bar.set_message(plural(number, "handoff", "handoffs"));
            }
        })
        .await;
    bar.finish_and_clear();
    let location = pending.borrow().front().map(|(path, at, _)| (*path, *at));
    let result = imported.map_err(|error| add_location(error, location))?;
    losses.replace_ids(&ids);
    let report = ImportReport { result, items, losses };
    if !output.json {
        print_note(&report.losses);
    }
    output.print(&report, report.text(import))?;
    match result.held_back {
        0 => Ok(()),
        count => Err(CliError::HeldBack { count, dry_run: import.dry_run }),
    }
}

fn options(import: &Import) -> ImportOptions<'static> {
    let (dry_run, strict, publish) = (import.dry_run, import.strict, import.publishing.mode());
    ImportOptions { dry_run, strict, publish, ..ImportOptions::default() }
}

/// Reads the handoffs of a file in the requested or detected format.
fn read<'f>(
    app: &'f App,
    import: &Import,
    path: &Path,
    input: Box<dyn BufRead>,
    defaults: ImportDefaults,
) -> Box<dyn Iterator<Item = Result<formats::ImportedHandoff, FormatError>> + 'f> {
    let detected = match import.format {
        Some(format) => Ok((format, input)),
        None => detect_format(input),
    };
    let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).filter(|stem| stem != "-");
    let options = ReadOptions { name, channel: import.channel, defaults };
    match detected {
        Ok((format, input)) => read_any(format, input, options, app.file_defaults()),
        Err(error) => Box::new(std::iter::once(Err(error.into()))),
    }
}

/// Adds the file name to an error.
fn add_file_name<T>(path: &Path, read: Result<T, FormatError>) -> Result<T, FormatError> {
    read.map_err(|error| FormatError::InFile { file: path.display().to_string(), error: Box::new(error) })
}

/// Adds the location of the handoff to an error that was found after reading it.
fn add_location(error: ImportError, location: Option<(&Path, Location)>) -> CliError {
    match (error, location) {
        (error @ (ImportError::Handoff { .. } | ImportError::Repeated { .. }), Some((path, at))) => {
            CliError::ImportAt { path: path.to_owned(), at, error: Box::new(error) }
        }
        (error, _) => error.into(),
    }
}

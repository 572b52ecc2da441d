//! `outbound import`.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal};
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use outbound_app::{App, ImportOptions, Imported};
use outbound_formats::{FormatError, liveperson};
use outbound_model::Handoff;

use crate::arguments::Import;
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
    let options = ImportOptions { dry_run: import.dry_run };
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
    output.print(&imported, sentence(imported, import.dry_run))
}

fn sentence(done: Imported, dry_run: bool) -> String {
    let Imported { created, changed, unchanged } = done;
    let would = if dry_run { "Would import" } else { "Imported" };
    format!("{would} {} handoffs: {created} new, {changed} changed, {unchanged} as they were.", done.total())
}

/// A mistake in one of several files says in which.
fn named(path: &Path, handoff: Result<Handoff, FormatError>) -> Result<Handoff, FormatError> {
    handoff.map_err(|error| FormatError::InFile { file: path.display().to_string(), error: Box::new(error) })
}

fn open(path: &Path, bar: &ProgressBar) -> Result<Box<dyn BufRead>, CliError> {
    if path == Path::new("-") {
        return Ok(Box::new(BufReader::new(bar.wrap_read(io::stdin()))));
    }
    let file = File::open(path).map_err(|error| CliError::File { path: path.to_owned(), error })?;
    Ok(Box::new(BufReader::with_capacity(64 * 1024, bar.wrap_read(file))))
}

/// Over the bytes of the files; a spinner where standard input has no end to know.
fn progress_bar(files: &[PathBuf]) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let sizes: Option<u64> = files.iter().map(|path| path.metadata().ok().map(|m| m.len())).sum();
    match sizes.and_then(|bytes| Some((bytes, ProgressStyle::with_template(BAR).ok()?))) {
        Some((bytes, style)) => ProgressBar::new(bytes).with_style(style),
        None => ProgressBar::new_spinner(),
    }
}

const BAR: &str = "{wide_bar} {percent:>3} %  {msg}  {eta} left";

//! Opens the input files of commands, detects their format and shows progress.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, IsTerminal, Read};
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use outbound_formats::Format;
use outbound_formats::liveperson::Defaults;
use outbound_model::{HandoffId, Timestamp};

use crate::error::CliError;

/// Opens a file, or standard input for `-`. Reading from it advances `bar`.
pub(super) fn open(path: &Path, bar: &ProgressBar) -> Result<Box<dyn BufRead>, CliError> {
    if path == Path::new("-") {
        return Ok(Box::new(BufReader::new(bar.wrap_read(io::stdin()))));
    }
    let file = File::open(path).map_err(|error| CliError::File { path: path.to_owned(), error })?;
    Ok(Box::new(BufReader::with_capacity(64 * 1024, bar.wrap_read(file))))
}

/// How many bytes of a file are read to detect its format.
const DETECTION_BYTES: u64 = 64 * 1024;

/// Detects the format of a file from its keys. Returns the format and a reader from the beginning of the file.
pub(super) fn detect_format(mut input: Box<dyn BufRead>) -> io::Result<(Format, Box<dyn BufRead>)> {
    let mut beginning = Vec::new();
    input.by_ref().take(DETECTION_BYTES).read_to_end(&mut beginning)?;
    let format = Format::detect(&beginning).unwrap_or(Format::LivePerson);
    Ok((format, Box::new(Cursor::new(beginning).chain(input))))
}

/// Shows how many bytes of the files are read. Shows a spinner if a size is unknown, as for standard input.
pub(super) fn progress_bar(files: &[PathBuf]) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let sizes: Option<u64> = files.iter().map(|path| path.metadata().ok().map(|m| m.len())).sum();
    match sizes.and_then(|bytes| Some((bytes, ProgressStyle::with_template(BAR_TEMPLATE).ok()?))) {
        Some((bytes, style)) => ProgressBar::new(bytes).with_style(style),
        None => ProgressBar::new_spinner(),
    }
}

const BAR_TEMPLATE: &str = "{wide_bar} {percent:>3} %  {msg}  {eta} left";

/// Generates ids for handoffs that have none and are not saved, so that the ids only need to be unique.
#[derive(Default)]
pub(super) struct TemporaryIds(u64);

impl Defaults for &mut TemporaryIds {
    fn new_id(&mut self) -> HandoffId {
        self.0 += 1;
        HandoffId::from_random(self.0)
    }

    /// Earlier than all times in files, so that no handoff appears to be changed before it was created.
    fn now(&self) -> Timestamp {
        Timestamp::EPOCH
    }
}

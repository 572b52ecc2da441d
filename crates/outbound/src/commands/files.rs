//! The files that commands read, and how far they have got.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, IsTerminal, Read};
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use outbound_formats::Format;
use outbound_formats::liveperson::Defaults;
use outbound_model::{HandoffId, Timestamp};

use crate::error::CliError;

/// Opens a file, or standard input for `-`; `bar` follows what is read.
pub(super) fn open(path: &Path, bar: &ProgressBar) -> Result<Box<dyn BufRead>, CliError> {
    if path == Path::new("-") {
        return Ok(Box::new(BufReader::new(bar.wrap_read(io::stdin()))));
    }
    let file = File::open(path).map_err(|error| CliError::File { path: path.to_owned(), error })?;
    Ok(Box::new(BufReader::with_capacity(64 * 1024, bar.wrap_read(file))))
}

/// So much of a file tells what it holds.
const BEGINNING: u64 = 64 * 1024;

/// What a file holds, by its keys, and the file from its beginning.
pub(super) fn detected(mut input: Box<dyn BufRead>) -> io::Result<(Format, Box<dyn BufRead>)> {
    let mut beginning = Vec::new();
    input.by_ref().take(BEGINNING).read_to_end(&mut beginning)?;
    let format = Format::detect(&beginning).unwrap_or(Format::LivePerson);
    Ok((format, Box::new(Cursor::new(beginning).chain(input))))
}

/// Over the bytes of the files; a spinner where standard input has no end to know.
pub(super) fn progress_bar(files: &[PathBuf]) -> ProgressBar {
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

/// Names handoffs without an id where nothing is kept, so that the ids need only differ.
#[derive(Default)]
pub(super) struct Unnamed(u64);

impl Defaults for &mut Unnamed {
    fn new_id(&mut self) -> HandoffId {
        self.0 += 1;
        HandoffId::from_random(self.0)
    }

    /// Before any time that a file may say, so that none seems to be changed before it was made.
    fn now(&self) -> Timestamp {
        Timestamp::EPOCH
    }
}

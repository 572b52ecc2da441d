//! `outbound events`.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use outbound_app::{App, EventBody, EventResults, Grant, WriteEvents};
use outbound_reporting::{MAX_BATCH_EVENTS, Position};
use serde_json::json;

use crate::arguments::Events;
use crate::commands::files::{open, progress_bar};
use crate::error::CliError;
use crate::output::{Output, print_note};

/// Lines of one request. Smaller than the maximum, so that the progress is visible.
const LINES: usize = MAX_BATCH_EVENTS / 2;

/// The maximum size of one request. A single line may be longer: it is rejected.
const BYTES: usize = 4 << 20;

/// The maximum length of a line that is read.
const MAX_LINE: u64 = 64 * 1024;

/// The first bytes of a file that is compressed with gzip (RFC 1952 §2.3.1).
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// At most this many problems are printed.
const MAX_PRINTED: usize = 100;

pub(super) async fn run(app: &App, command: Events, output: Output) -> Result<(), CliError> {
    let Events::Import { account, files, dry_run } = command;
    let grant: Grant<WriteEvents> = app.operator(&account.account);
    app.prepare_reporting_storage().await?;
    let bar = progress_bar(&files);
    let mut total = Totals::default();
    for path in &files {
        let mut input = decompressed(open(path, &bar)?).map_err(|error| failed(path, error))?;
        let is_array = first_character(&mut input).map_err(|error| failed(path, error))? == Some(b'[');
        let mut first_line = 1;
        loop {
            let (body, lines) = next_body(&mut input, is_array).map_err(|error| failed(path, error))?;
            if body.is_empty() {
                break;
            }
            let body = EventBody::Plain(body.into());
            let results = if dry_run {
                app.check_events(&grant, body).await?
            } else {
                app.record_events(&grant, body, None).await?
            };
            total.add(path, first_line, results);
            first_line += lines;
            bar.set_message(format!("{} events", total.events()));
        }
    }
    bar.finish_and_clear();
    total.print(dry_run, output)
}

fn failed(path: &Path, error: std::io::Error) -> CliError {
    CliError::File { path: path.to_owned(), error }
}

fn decompressed(mut input: Box<dyn BufRead>) -> std::io::Result<Box<dyn BufRead>> {
    if input.fill_buf()?.starts_with(&GZIP) {
        return Ok(Box::new(BufReader::new(MultiGzDecoder::new(input))));
    }
    Ok(input)
}

/// The first character that is not whitespace, which is not consumed.
fn first_character(input: &mut dyn BufRead) -> std::io::Result<Option<u8>> {
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            return Ok(None);
        }
        let byte_order_mark = if buffer.starts_with("\u{feff}".as_bytes()) { 3 } else { 0 };
        let whitespace =
            buffer[byte_order_mark..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        if let Some(character) = buffer.get(byte_order_mark + whitespace) {
            return Ok(Some(*character));
        }
        let consumed = buffer.len();
        input.consume(consumed);
    }
}

/// The next request, and the number of its lines. Empty at the end of the file. An array is one request.
fn next_body(input: &mut dyn BufRead, is_array: bool) -> std::io::Result<(Vec<u8>, usize)> {
    let mut body = Vec::new();
    if is_array {
        input.take(outbound_app::MAX_EVENTS_BYTES as u64 + 1).read_to_end(&mut body)?;
        return Ok((body, 1));
    }
    let mut lines = 0;
    while lines < LINES && body.len() < BYTES {
        let before = body.len();
        if input.take(MAX_LINE).read_until(b'\n', &mut body)? == 0 {
            break;
        }
        // The rest of a line that is too long is skipped. What was read of it is too long for an event.
        if body.len() - before == usize::try_from(MAX_LINE).unwrap_or(usize::MAX) && !body.ends_with(b"\n") {
            input.skip_until(b'\n')?;
            body.push(b'\n');
        }
        lines += 1;
    }
    Ok((body, lines))
}

#[derive(Default)]
struct Totals {
    results: EventResults,
    rejected: u64,
    /// File, position and message.
    problems: Vec<(String, String, String)>,
}

impl Totals {
    fn events(&self) -> u64 {
        self.results.recorded + self.results.duplicates + self.rejected
    }

    fn add(&mut self, path: &Path, first_line: usize, results: EventResults) {
        self.results.recorded += results.recorded;
        self.results.duplicates += results.duplicates;
        self.results.without_attempt += results.without_attempt;
        for (name, count) in results.unknown_types {
            *self.results.unknown_types.entry(name).or_default() += count;
        }
        for problem in results.problems {
            self.rejected += 1;
            if self.problems.len() < MAX_PRINTED {
                let position = match problem.position {
                    Position::Element(_) => problem.position.to_string(),
                    Position::Line(line) => format!("line {}", first_line + line - 1),
                };
                self.problems.push((path.display().to_string(), position, problem.message));
            }
        }
    }

    fn print(self, dry_run: bool, output: Output) -> Result<(), CliError> {
        for (file, position, message) in &self.problems {
            print_note(format!("{file}: {position}: {message}\n"));
        }
        let results = &self.results;
        let verb = if dry_run { "Checked" } else { "Recorded" };
        let mut text = format!("{verb} {} events", results.recorded);
        let notes = [
            (results.duplicates, "known already"),
            (results.without_attempt, "of messages without an attempted event, which are not reported"),
            (results.unknown_types.values().sum(), "of unknown types, which were ignored"),
            (self.rejected, "rejected"),
        ];
        for (count, what) in notes.into_iter().filter(|(count, _)| *count > 0) {
            let _ = write!(text, "\n{count} {what}");
        }
        let value = json!({
            "recorded": results.recorded, "duplicates": results.duplicates,
            "withoutAttempt": results.without_attempt, "unknownTypes": results.unknown_types,
            "rejected": self.rejected,
            "problems": self.problems.iter().map(|(file, position, message)| {
                json!({ "file": file, "position": position, "message": message })
            }).collect::<Vec<_>>(),
        });
        output.print(&value, text)?;
        if self.rejected > 0 { Err(CliError::EventsRejected(self.rejected)) } else { Ok(()) }
    }
}

//! Imports a text of any length handoff by handoff: none is kept in memory once it is told.

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader, Read, Seek};
use std::sync::{Mutex, MutexGuard, PoisonError};

use outbound_formats::{Format, Loss, Mapping, Names, ReadOptions, read_any};
use outbound_model::{HandoffId, HandoffName};

use crate::catalogue::import_plan::{MAX_REFUSALS, refusal};
use crate::{
    App, AppError, FinishRecord, Grant, ImportDecision, ImportError, ImportOptions, ImportRecord,
    ImportResult, IncomingHandoff, ParsedHandoff, PublishMode, WriteHandoffs,
};

/// So much of a text tells its format.
const BEGINNING_BYTES: u64 = 64 * 1024;

/// How a text is imported.
#[derive(Clone, Debug)]
pub struct FileImport {
    /// Its format; without one it is found out, and LivePerson's where nothing else is.
    pub format: Option<Format>,
    /// The rest of how it is read.
    pub options: ReadOptions,
    /// What is published.
    pub publish: PublishMode,
    /// Whether it is done, or only planned.
    pub applies: bool,
}

/// What the text says of a handoff, beside the handoff itself.
#[derive(Clone, Debug)]
pub struct ConversionDetails {
    /// The id that it has in the text, or was given.
    pub id: HandoffId,
    /// Its name.
    pub name: HandoffName,
    /// What of the text a handoff cannot hold.
    pub losses: Vec<Loss>,
    /// What its placeholders are called now.
    pub mappings: Vec<Mapping>,
}

/// Is told what becomes of each handoff.
pub trait ImportListener: Send {
    /// An attempt begins; what an earlier one told does not count.
    fn begin(&mut self);
    /// What becomes of the next handoff, in the order of the text.
    fn tell(&mut self, notes: ConversionDetails, planned: ImportDecision);
}

/// The row of an import, and how to make its report once the import is done.
#[derive(Clone, Copy)]
pub struct ImportRecording<'r> {
    /// The row.
    pub record: &'r ImportRecord,
    /// Makes the report, JSON.
    pub report: &'r (dyn Fn(&FileImportResult) -> String + Sync),
}

/// What became of a text.
#[derive(Clone, Debug)]
pub struct FileImportResult {
    /// Its format.
    pub format: Format,
    /// Counts of those that are not refused.
    pub counts: ImportResult,
    /// Which handoffs would be refused, by their place, and why: of a plan.
    pub refused: BTreeMap<usize, String>,
}

/// The handoffs that were read and are not told yet.
#[derive(Default)]
struct Untold(Mutex<VecDeque<(ConversionDetails, Option<String>)>>);

impl Untold {
    fn queue(&self) -> MutexGuard<'_, VecDeque<(ConversionDetails, Option<String>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells those at the front that are refused.
    fn tell_refused(&self, listener: &mut dyn ImportListener) {
        let mut queue = self.queue();
        while let Some((notes, Some(why))) = queue.pop_front_if(|(_, why)| why.is_some()) {
            listener.tell(notes, ImportDecision::Refused(why));
        }
    }

    fn pop(&self) -> Option<ConversionDetails> {
        self.queue().pop_front().map(|(notes, _)| notes)
    }
}

impl App {
    /// Imports every handoff of `text`, or plans to. The text is read again after a refusal, because a
    /// transaction ends with it.
    ///
    /// What is done is recorded as `recording` says, with the commit.
    /// [`AppError::NotAHandoff`] for the first mistake in the text, [`AppError::HandoffsRefused`] where nothing is
    /// imported because of single handoffs.
    pub async fn import_file(
        &self,
        grant: &Grant<WriteHandoffs>,
        text: &mut (impl Read + Seek + ?Sized),
        import: &FileImport,
        listener: &mut dyn ImportListener,
        recording: ImportRecording<'_>,
    ) -> Result<FileImportResult, AppError> {
        let format = match import.format {
            Some(format) => format,
            None => detect(text)?,
        };
        let mut refused = BTreeMap::new();
        loop {
            text.rewind().map_err(unreadable)?;
            listener.begin();
            let attempt = Attempt { app: self, grant, format, import, refused: &refused, recording };
            match attempt.run(BufReader::new(&mut *text), listener).await {
                Ok(counts) if counts.total() == 0 && refused.is_empty() => {
                    return Err(AppError::invalid("there is no handoff in this"));
                }
                Ok(_) if import.applies && !refused.is_empty() => {
                    return Err(AppError::HandoffsRefused(refused));
                }
                Ok(counts) => return Ok(FileImportResult { format, counts, refused }),
                Err(error) => {
                    let (number, why) = refusal(error)?;
                    if refused.len() == MAX_REFUSALS {
                        let why = format!("too many handoffs are refused, such as: {why}");
                        return Err(AppError::invalid(why));
                    }
                    refused.insert(place(number, &refused), why);
                }
            }
        }
    }
}

fn detect(text: &mut (impl Read + Seek + ?Sized)) -> Result<Format, AppError> {
    let mut beginning = Vec::new();
    text.rewind().map_err(unreadable)?;
    (&mut *text).take(BEGINNING_BYTES).read_to_end(&mut beginning).map_err(unreadable)?;
    Ok(Format::detect(&beginning).unwrap_or(Format::LivePerson))
}

fn unreadable(error: std::io::Error) -> AppError {
    AppError::Internal(Box::new(error))
}

/// The place in the text of the handoff with this number among those that are not refused.
fn place(number: u64, refused: &BTreeMap<usize, String>) -> usize {
    let mut place = usize::try_from(number).unwrap_or(usize::MAX).saturating_sub(1);
    for earlier in refused.keys() {
        if *earlier <= place {
            place += 1;
        }
    }
    place
}

/// One attempt, in one transaction.
struct Attempt<'a> {
    app: &'a App,
    grant: &'a Grant<WriteHandoffs>,
    format: Format,
    import: &'a FileImport,
    refused: &'a BTreeMap<usize, String>,
    recording: ImportRecording<'a>,
}

impl Attempt<'_> {
    async fn run(
        &self,
        text: impl BufRead,
        listener: &mut dyn ImportListener,
    ) -> Result<ImportResult, ImportError> {
        let report = |counts| {
            (self.recording.report)(&FileImportResult {
                format: self.format,
                counts,
                refused: BTreeMap::new(),
            })
        };
        let options = ImportOptions {
            finish: Some(FinishRecord { record: self.recording.record, report: &report }),
            dry_run: !self.import.applies || !self.refused.is_empty(),
            publish: self.import.publish,
            enforce_four_eyes: self.import.applies,
            ..ImportOptions::default()
        };
        let mut details = self.app.import_details(self.grant).await?;
        let (untold, mut names) = (Untold::default(), Names::default());
        let read = read_any(self.format, text, self.import.options.clone(), self.app.file_defaults());
        // The first mistake ends it.
        let read = read.scan(false, |over, read| (!std::mem::replace(over, read.is_err())).then_some(read));
        let handoffs = read.enumerate().filter_map(|(place, read)| match read {
            Err(mistake) => Some(Err(mistake)),
            Ok(mut read) => {
                names.tell_apart(&mut read);
                let refused = self.refused.get(&place).cloned();
                let incoming = refused.is_none().then(|| IncomingHandoff::from(&read));
                untold.queue().push_back((notes(read), refused));
                incoming.map(Ok)
            }
        });
        let tell = |_, one| {
            untold.tell_refused(listener);
            if let Some(notes) = untold.pop() {
                listener.tell(notes, ImportDecision::Accepted(details.of(one)));
            }
        };
        let counts = self.app.import(self.grant, handoffs, options, tell).await?;
        untold.tell_refused(listener);
        Ok(counts)
    }
}

fn notes(read: ParsedHandoff) -> ConversionDetails {
    let ParsedHandoff { handoff, losses, mappings, .. } = read;
    ConversionDetails { id: handoff.id, name: handoff.name, losses, mappings }
}

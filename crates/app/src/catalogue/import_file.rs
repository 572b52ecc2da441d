//! Imports a file of any size handoff by handoff, without keeping reported handoffs in memory.

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader, Read, Seek};
use std::sync::{Mutex, MutexGuard, PoisonError};

use outbound_formats::{Format, Loss, Mapping, Names, ReadOptions, read_any};
use outbound_model::{HandoffId, HandoffName};

use crate::catalogue::import_plan::{MAX_REJECTIONS, rejection, too_many_rejections};
use crate::{
    App, AppError, FinishRecord, Grant, ImportDecision, ImportError, ImportOptions, ImportRecord,
    ImportResult, IncomingHandoff, ParsedHandoff, PublishMode, WriteHandoffs,
};

/// Number of bytes from which the format is detected.
const DETECTION_BYTES: u64 = 64 * 1024;

/// Options for importing a file.
#[derive(Clone, Debug)]
pub struct FileImport {
    /// The format. Without one it is detected; the default is LivePerson's.
    pub format: Option<Format>,
    /// How the file is read.
    pub options: ReadOptions,
    /// Which handoffs to publish.
    pub publish: PublishMode,
    /// Whether to import, or only to plan.
    pub applies: bool,
}

/// Details about the conversion of a handoff.
#[derive(Clone, Debug)]
pub struct ConversionDetails {
    /// The id in the file, or the generated one.
    pub id: HandoffId,
    /// Its name.
    pub name: HandoffName,
    /// Details of the file that a handoff cannot represent.
    pub losses: Vec<Loss>,
    /// The names of placeholders in the file and in the handoff.
    pub mappings: Vec<Mapping>,
}

/// Receives the decision about each handoff.
pub trait ImportListener: Send {
    /// Called when an attempt begins. Decisions of earlier attempts are obsolete.
    fn on_attempt(&mut self);
    /// Called for each handoff, in the order of the file.
    fn on_handoff(&mut self, details: ConversionDetails, decision: ImportDecision);
}

/// The record of an import, and how to create its final report.
#[derive(Clone, Copy)]
pub struct ImportRecording<'r> {
    /// The record.
    pub record: &'r ImportRecord,
    /// Creates the report (JSON).
    pub report: &'r (dyn Fn(&FileImportResult) -> String + Sync),
}

/// The result of importing a file.
#[derive(Clone, Debug)]
pub struct FileImportResult {
    /// The format.
    pub format: Format,
    /// Counts of the handoffs that are not rejected.
    pub counts: ImportResult,
    /// Of a plan: the reasons of handoffs that would be rejected, by index.
    pub rejected: BTreeMap<usize, String>,
}

/// Handoffs that were read and not reported to the listener yet, with the reason if they were rejected.
#[derive(Default)]
struct UnreportedHandoffs(Mutex<VecDeque<(ConversionDetails, Option<String>)>>);

impl UnreportedHandoffs {
    fn queue(&self) -> MutexGuard<'_, VecDeque<(ConversionDetails, Option<String>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reports the rejected handoffs at the front of the queue.
    fn report_rejected(&self, listener: &mut dyn ImportListener) {
        let mut queue = self.queue();
        while let Some((details, Some(reason))) = queue.pop_front_if(|(_, reason)| reason.is_some()) {
            listener.on_handoff(details, ImportDecision::Rejected(reason));
        }
    }

    fn pop(&self) -> Option<ConversionDetails> {
        self.queue().pop_front().map(|(details, _)| details)
    }
}

impl App {
    /// Imports or plans to import every handoff of `file`. The file is read again after a rejection, because that ends
    /// the transaction. `recording` is marked as done in the transaction of the import.
    ///
    /// Returns [`AppError::NotAHandoff`] for the first error in the file, and [`AppError::HandoffsRejected`] if nothing
    /// was imported because of single handoffs.
    #[tracing::instrument(level = "debug", skip_all)]
    pub async fn import_file(
        &self,
        grant: &Grant<WriteHandoffs>,
        file: &mut (impl Read + Seek + ?Sized),
        import: &FileImport,
        listener: &mut dyn ImportListener,
        recording: ImportRecording<'_>,
    ) -> Result<FileImportResult, AppError> {
        let format = match import.format {
            Some(format) => format,
            None => detect(file)?,
        };
        let mut rejected = BTreeMap::new();
        loop {
            file.rewind().map_err(unreadable)?;
            listener.on_attempt();
            let attempt = ImportAttempt { app: self, grant, format, import, rejected: &rejected, recording };
            match attempt.run(BufReader::new(&mut *file), listener).await {
                Ok(counts) if counts.total() == 0 && rejected.is_empty() => {
                    return Err(AppError::invalid("the input contains no handoff"));
                }
                Ok(_) if import.applies && !rejected.is_empty() => {
                    return Err(AppError::HandoffsRejected(rejected));
                }
                Ok(counts) => return Ok(FileImportResult { format, counts, rejected }),
                Err(error) => {
                    let (number, reason) = rejection(error)?;
                    if rejected.len() == MAX_REJECTIONS {
                        return Err(too_many_rejections(&reason));
                    }
                    rejected.insert(index_in_file(number, &rejected), reason);
                }
            }
        }
    }
}

fn detect(file: &mut (impl Read + Seek + ?Sized)) -> Result<Format, AppError> {
    let mut beginning = Vec::new();
    file.rewind().map_err(unreadable)?;
    (&mut *file).take(DETECTION_BYTES).read_to_end(&mut beginning).map_err(unreadable)?;
    Ok(Format::detect(&beginning).unwrap_or(Format::LivePerson))
}

fn unreadable(error: std::io::Error) -> AppError {
    AppError::Internal(Box::new(error))
}

/// The index in the file of the handoff with this number among those that are not rejected.
fn index_in_file(number: u64, rejected: &BTreeMap<usize, String>) -> usize {
    let mut index = usize::try_from(number).unwrap_or(usize::MAX).saturating_sub(1);
    for earlier in rejected.keys() {
        if *earlier <= index {
            index += 1;
        }
    }
    index
}

/// One attempt to import a file, in one transaction.
struct ImportAttempt<'a> {
    app: &'a App,
    grant: &'a Grant<WriteHandoffs>,
    format: Format,
    import: &'a FileImport,
    rejected: &'a BTreeMap<usize, String>,
    recording: ImportRecording<'a>,
}

impl ImportAttempt<'_> {
    async fn run(
        &self,
        file: impl BufRead,
        listener: &mut dyn ImportListener,
    ) -> Result<ImportResult, ImportError> {
        let report = |counts| {
            (self.recording.report)(&FileImportResult {
                format: self.format,
                counts,
                rejected: BTreeMap::new(),
            })
        };
        let options = ImportOptions {
            finish: Some(FinishRecord { record: self.recording.record, report: &report }),
            dry_run: !self.import.applies || !self.rejected.is_empty(),
            publish: self.import.publish,
            enforce_four_eyes: self.import.applies,
            ..ImportOptions::default()
        };
        let mut details = self.app.import_details(self.grant).await?;
        let unreported = UnreportedHandoffs::default();
        let mut names = Names::default();
        let parsed = read_any(self.format, file, self.import.options.clone(), self.app.file_defaults());
        // Stop after the first error.
        let parsed = parsed
            .scan(false, |has_failed, read| (!std::mem::replace(has_failed, read.is_err())).then_some(read));
        let handoffs = parsed.enumerate().filter_map(|(index, parsed)| match parsed {
            Err(error) => Some(Err(error)),
            Ok(mut parsed) => {
                names.make_unique(&mut parsed);
                let rejected = self.rejected.get(&index).cloned();
                let incoming = rejected.is_none().then(|| IncomingHandoff::from(&parsed));
                unreported.queue().push_back((conversion_details(parsed), rejected));
                incoming.map(Ok)
            }
        });
        let report_progress = |_, item| {
            unreported.report_rejected(listener);
            if let Some(conversion) = unreported.pop() {
                listener.on_handoff(conversion, ImportDecision::Accepted(details.of(item)));
            }
        };
        let counts = self.app.import(self.grant, handoffs, options, report_progress).await?;
        unreported.report_rejected(listener);
        Ok(counts)
    }
}

fn conversion_details(parsed: ParsedHandoff) -> ConversionDetails {
    let ParsedHandoff { handoff, losses, mappings, .. } = parsed;
    ConversionDetails { id: handoff.id, name: handoff.name, losses, mappings }
}

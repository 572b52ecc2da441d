//! `outbound check`: checks handoffs of files or of an account against the rules.

mod excerpt;
mod json;
mod location;
mod read;
mod rule_list;
mod sarif;
mod text;

use std::io::{self, BufWriter};
use std::path::Path;

use outbound_app::{AccountSettings, App, StoredHandoff};
use outbound_formats::{ImportDefaults, Location, Names, ReadOptions, liveperson};
use outbound_model::{AccountId, Handoff, HandoffId, plural};
use outbound_rules::{AccountCheck, Finding, RuleSettings, Samples, Severity};

use crate::arguments::{Check, Common};
use crate::commands::files::{TemporaryIds, detect_format, open, progress_bar};
use crate::error::CliError;
use crate::installation;
use crate::output::Output;
use location::{FindingSpan, locate};
use read::{from_account, from_file, message_without_location};

pub(super) async fn run(common: &Common, check: &Check, output: Output) -> Result<(), CliError> {
    if check.list_rules {
        return rule_list::print(output);
    }
    let app = if check.account.is_some() { Some(installation::open(common).await?) } else { None };
    let account = app.as_ref().zip(check.account.as_ref());
    let mut settings = match account {
        Some((app, account)) => app.settings(&app.operator(account)).await?,
        None => AccountSettings::default(),
    };
    let account_defaults = std::mem::take(&mut settings.import_defaults.0);
    let defaults = ImportDefaults { given: check.defaults.defaults(), account: account_defaults };
    let settings = check.rules.apply_to(settings.rules());
    let mut checker = Checker::new(&settings, report_writer(check, output));
    let result = match account {
        Some((app, account)) if check.files.is_empty() => {
            checker.check_account(app, account, check.published).await
        }
        _ => checker.check_files(check, &defaults),
    };
    ignore_closed_pipe(result.and_then(|()| checker.finish()))?;
    if checker.counts.is_failure(check.deny.is_some()) { Err(CliError::Findings) } else { Ok(()) }
}

/// Prints the findings of the newest version of a stored handoff.
pub(super) async fn check_stored(
    app: &App,
    account: &AccountId,
    stored: &StoredHandoff,
    output: Output,
) -> Result<(), CliError> {
    let findings = app.check_stored(&app.operator(account), stored).await?;
    let settings = RuleSettings::default();
    let mut checker = Checker::new(&settings, plain_writer(output));
    let located = from_account(&stored.latest)?;
    let result = checker.report_findings(None, &located, true, &findings);
    ignore_closed_pipe(result.and_then(|()| checker.finish()))?;
    if checker.counts.is_failure(false) { Err(CliError::Findings) } else { Ok(()) }
}

/// The reader may close the pipe, as in `outbound check | head`.
fn ignore_closed_pipe(result: Result<(), CliError>) -> Result<(), CliError> {
    match result {
        Err(CliError::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

fn report_writer(check: &Check, output: Output) -> Box<dyn ReportWriter> {
    if check.sarif {
        Box::new(sarif::SarifWriter::new(BufWriter::new(io::stdout())))
    } else {
        plain_writer(output)
    }
}

fn plain_writer(output: Output) -> Box<dyn ReportWriter> {
    if output.json {
        Box::new(json::JsonWriter::new(BufWriter::new(io::stdout())))
    } else {
        Box::new(text::TextWriter::on_stdout())
    }
}

/// Writes a report in one of the output formats.
trait ReportWriter {
    /// Writes a problem. Problems are passed in the order of the files.
    fn problem(&mut self, problem: &Problem<'_>) -> io::Result<()>;
    /// Writes the end of the report.
    fn finish(&mut self, counts: &Counts) -> io::Result<()>;
}

/// A problem in a file or an account.
struct Problem<'p> {
    /// The file. `None` if the handoff is from an account.
    file: Option<&'p str>,
    kind: ProblemKind<'p>,
}

enum ProblemKind<'p> {
    /// A handoff violates a rule.
    Finding { handoff: &'p HandoffId, finding: &'p Finding, span: FindingSpan<'p> },
    /// The file, or a handoff in it, cannot be read and is not checked.
    Unreadable { message: &'p str, at: Option<Location> },
}

/// The counts of a report.
#[derive(Default)]
struct Counts {
    handoffs: u64,
    errors: u64,
    warnings: u64,
    unreadable: u64,
}

impl Counts {
    /// Whether the command fails.
    fn is_failure(&self, deny_warnings: bool) -> bool {
        self.errors > 0 || self.unreadable > 0 || deny_warnings && self.warnings > 0
    }
}

/// Checks handoffs one by one, without keeping them in memory.
struct Checker<'s> {
    settings: &'s RuleSettings,
    /// Finds conflicts between handoffs.
    account_check: AccountCheck<'s>,
    writer: Box<dyn ReportWriter>,
    counts: Counts,
}

impl<'s> Checker<'s> {
    fn new(settings: &'s RuleSettings, writer: Box<dyn ReportWriter>) -> Self {
        Self { settings, account_check: AccountCheck::new(settings), writer, counts: Counts::default() }
    }

    fn check_files(&mut self, check: &Check, defaults: &ImportDefaults) -> Result<(), CliError> {
        let bar = progress_bar(&check.files);
        let (mut ids, mut names) = (TemporaryIds::default(), Names::default());
        for path in &check.files {
            let name = if path == Path::new("-") { "standard input".into() } else { path.to_string_lossy() };
            let input = match open(path, &bar) {
                Ok(input) => input,
                Err(error) => {
                    self.report_unreadable(&name, &error.to_string(), None)?;
                    continue;
                }
            };
            let (format, input) = match check.format {
                Some(format) => (format, input),
                None => match detect_format(input) {
                    Ok(detected) => detected,
                    Err(error) => {
                        self.report_unreadable(&name, &error.to_string(), None)?;
                        continue;
                    }
                },
            };
            let file_stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
            let options = ReadOptions {
                name: file_stem.filter(|stem| stem != "-"),
                channel: check.channel,
                defaults: defaults.clone(),
            };
            for handoff in from_file(format, input, options, &mut ids, &mut names) {
                match handoff {
                    Ok((located, is_original)) => self.check_handoff(Some(&name), &located, is_original)?,
                    Err(error) => {
                        self.report_unreadable(&name, &message_without_location(&error), error.location())?;
                    }
                }
                if self.counts.handoffs.is_multiple_of(100) {
                    bar.set_message(plural(self.counts.handoffs, "handoff", "handoffs"));
                }
            }
        }
        bar.finish_and_clear();
        Ok(())
    }

    async fn check_account(
        &mut self,
        app: &App,
        account: &AccountId,
        published: bool,
    ) -> Result<(), CliError> {
        let check = |handoff: &Handoff| self.check_handoff(None, &from_account(handoff)?, true);
        if published {
            return app.export(&app.operator(account), check).await?.map(drop);
        }
        app.for_each_latest(&app.operator(account), check).await?
    }

    /// Checks a handoff. `is_original` means that its text is that of the file, so that findings can be located in
    /// it. Otherwise they have the location of the provider's element.
    fn check_handoff(
        &mut self,
        file: Option<&str>,
        located: &liveperson::Located,
        is_original: bool,
    ) -> Result<(), CliError> {
        let handoff = &located.handoff;
        let samples = Samples::of_handoff(handoff);
        let mut findings = outbound_rules::check(handoff, self.settings, samples.as_ref());
        findings.extend(self.account_check.add(handoff).into_iter().map(|collision| collision.finding));
        self.report_findings(file, located, is_original, &findings)
    }

    /// Writes the findings of a handoff.
    fn report_findings(
        &mut self,
        file: Option<&str>,
        located: &liveperson::Located,
        is_original: bool,
        findings: &[Finding],
    ) -> Result<(), CliError> {
        self.counts.handoffs += 1;
        for (finding, mut span) in locate(located, findings) {
            if !is_original {
                (span.start, span.end) = (located.at, located.at);
            }
            match finding.severity {
                Severity::Error => self.counts.errors += 1,
                Severity::Warning => self.counts.warnings += 1,
            }
            let kind = ProblemKind::Finding { handoff: &located.handoff.id, finding, span };
            self.writer.problem(&Problem { file, kind }).map_err(CliError::Output)?;
        }
        Ok(())
    }

    fn report_unreadable(&mut self, file: &str, message: &str, at: Option<Location>) -> Result<(), CliError> {
        self.counts.unreadable += 1;
        let problem = Problem { file: Some(file), kind: ProblemKind::Unreadable { message, at } };
        self.writer.problem(&problem).map_err(CliError::Output)
    }

    fn finish(&mut self) -> Result<(), CliError> {
        self.writer.finish(&self.counts).map_err(CliError::Output)
    }
}

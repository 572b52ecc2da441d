//! `outbound check`: what is wrong with handoffs, in files or in an account.

mod excerpt;
mod json;
mod located;
mod people;
mod place;
mod rule_list;
mod sarif;

use std::io::{self, BufWriter};
use std::path::Path;

use outbound_app::{AccountSettings, App, StoredHandoff};
use outbound_formats::{ImportDefaults, Location, Names, ReadOptions, liveperson};
use outbound_model::{AccountId, Handoff, HandoffId, plural};
use outbound_rules::{AccountCheck, Finding, RuleSettings, Samples, Severity};

use crate::arguments::{Check, Common};
use crate::commands::files::{Unnamed, detected, open, progress_bar};
use crate::error::CliError;
use crate::installation;
use crate::output::Output;
use located::{located, located_of, sentence};
use place::Place;

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
    let settings = check.rules.applied_to(settings.rules());
    let mut checker = Checker::new(&settings, report(check, output));
    let done = match account {
        Some((app, account)) if check.files.is_empty() => {
            checker.account(app, account, check.published).await
        }
        _ => checker.files(check, &defaults),
    };
    finished(done.and_then(|()| checker.finish()))?;
    if checker.counts.refuse(check.deny.is_some()) { Err(CliError::Findings) } else { Ok(()) }
}

/// Tells what the newest version of one handoff of an account breaks.
pub(super) async fn one(
    app: &App,
    account: &AccountId,
    stored: &StoredHandoff,
    output: Output,
) -> Result<(), CliError> {
    let findings = app.check_stored(&app.operator(account), stored).await?;
    let settings = RuleSettings::default();
    let mut checker = Checker::new(&settings, plain_report(output));
    let told = located_of(&stored.latest).and_then(|located| checker.tell(None, &located, true, &findings));
    finished(told.and_then(|()| checker.finish()))?;
    if checker.counts.refuse(false) { Err(CliError::Findings) } else { Ok(()) }
}

/// `outbound check | head` is no mistake.
fn finished(done: Result<(), CliError>) -> Result<(), CliError> {
    match done {
        Err(CliError::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

fn report(check: &Check, output: Output) -> Box<dyn Report> {
    if check.sarif { Box::new(sarif::Sarif::new(BufWriter::new(io::stdout()))) } else { plain_report(output) }
}

fn plain_report(output: Output) -> Box<dyn Report> {
    if output.json {
        Box::new(json::Json::new(BufWriter::new(io::stdout())))
    } else {
        Box::new(people::People::on_stdout())
    }
}

/// How findings are told.
trait Report {
    /// One of them, in the order of the files.
    fn problem(&mut self, problem: &Problem<'_>) -> io::Result<()>;
    /// There are no more.
    fn finish(&mut self, counts: &Counts) -> io::Result<()>;
}

/// Something wrong in a file or an account.
struct Problem<'p> {
    /// The file; `None` where the handoff comes from an account.
    file: Option<&'p str>,
    what: What<'p>,
}

enum What<'p> {
    /// A rule is broken by a handoff, here.
    Finding { handoff: &'p HandoffId, finding: &'p Finding, place: Place<'p> },
    /// The file, or a handoff in it, cannot be read, so that nothing more can be said about it.
    Unreadable { message: &'p str, at: Option<Location> },
}

/// How many of what.
#[derive(Default)]
struct Counts {
    handoffs: u64,
    errors: u64,
    warnings: u64,
    unreadable: u64,
}

impl Counts {
    fn refuse(&self, deny_warnings: bool) -> bool {
        self.errors > 0 || self.unreadable > 0 || deny_warnings && self.warnings > 0
    }
}

/// Checks handoffs as they come, and keeps none of them.
struct Checker<'s> {
    settings: &'s RuleSettings,
    together: AccountCheck<'s>,
    report: Box<dyn Report>,
    counts: Counts,
}

impl<'s> Checker<'s> {
    fn new(settings: &'s RuleSettings, report: Box<dyn Report>) -> Self {
        Self { settings, together: AccountCheck::new(settings), report, counts: Counts::default() }
    }

    fn files(&mut self, check: &Check, defaults: &ImportDefaults) -> Result<(), CliError> {
        let bar = progress_bar(&check.files);
        let (mut unnamed, mut names) = (Unnamed::default(), Names::default());
        for path in &check.files {
            let name = if path == Path::new("-") { "standard input".into() } else { path.to_string_lossy() };
            let input = match open(path, &bar) {
                Ok(input) => input,
                Err(error) => {
                    self.unreadable(&name, &error.to_string(), None)?;
                    continue;
                }
            };
            let (format, input) = match check.format {
                Some(format) => (format, input),
                None => match detected(input) {
                    Ok(detected) => detected,
                    Err(error) => {
                        self.unreadable(&name, &error.to_string(), None)?;
                        continue;
                    }
                },
            };
            let own_name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
            let options = ReadOptions {
                name: own_name.filter(|stem| stem != "-"),
                channel: check.channel,
                defaults: defaults.clone(),
            };
            for handoff in located(format, input, options, &mut unnamed, &mut names) {
                match handoff {
                    Ok((located, exact)) => self.handoff(Some(&name), &located, exact)?,
                    Err(error) => self.unreadable(&name, &sentence(&error), error.location())?,
                }
                if self.counts.handoffs.is_multiple_of(100) {
                    bar.set_message(plural(self.counts.handoffs, "handoff", "handoffs"));
                }
            }
        }
        bar.finish_and_clear();
        Ok(())
    }

    async fn account(&mut self, app: &App, account: &AccountId, published: bool) -> Result<(), CliError> {
        let check = |handoff: &Handoff| self.handoff(None, &located_of(handoff)?, true);
        if published {
            return app.export(&app.operator(account), check).await?.map(drop);
        }
        app.for_each_latest(&app.operator(account), check).await?
    }

    /// `exact` says that the text is the file's own; else only its element is known.
    fn handoff(
        &mut self,
        file: Option<&str>,
        located: &liveperson::Located,
        exact: bool,
    ) -> Result<(), CliError> {
        let handoff = &located.handoff;
        let samples = Samples::of_handoff(handoff);
        let mut findings = outbound_rules::check(handoff, self.settings, samples.as_ref());
        findings.extend(self.together.add(handoff).into_iter().map(|collision| collision.finding));
        self.tell(file, located, exact, &findings)
    }

    /// Tells the findings of one handoff.
    fn tell(
        &mut self,
        file: Option<&str>,
        located: &liveperson::Located,
        exact: bool,
        findings: &[Finding],
    ) -> Result<(), CliError> {
        self.counts.handoffs += 1;
        for (finding, mut place) in place::places(located, findings) {
            if !exact {
                (place.from, place.to) = (located.at, located.at);
            }
            match finding.severity {
                Severity::Error => self.counts.errors += 1,
                Severity::Warning => self.counts.warnings += 1,
            }
            let what = What::Finding { handoff: &located.handoff.id, finding, place };
            self.report.problem(&Problem { file, what }).map_err(CliError::Output)?;
        }
        Ok(())
    }

    fn unreadable(&mut self, file: &str, message: &str, at: Option<Location>) -> Result<(), CliError> {
        self.counts.unreadable += 1;
        let problem = Problem { file: Some(file), what: What::Unreadable { message, at } };
        self.report.problem(&problem).map_err(CliError::Output)
    }

    fn finish(&mut self) -> Result<(), CliError> {
        self.report.finish(&self.counts).map_err(CliError::Output)
    }
}

//! `outbound mirror`: copies what another installation, or LivePerson, serves through the seed's own
//! endpoints.
//!
//! Everything is fetched into a temporary file before anything is written, so that the database is not
//! held while a server far away takes its time, and a copy is whole or not made.

mod fetch;
mod retry;
mod source;

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufReader, Seek};
use std::time::Duration;

use outbound_app::{App, ImportOptions, ImportResult, PublishMode};
use outbound_formats::liveperson;
use outbound_model::{HandoffId, plural};

use self::retry::Pace;
use self::source::Source;
use crate::arguments::Mirror;
use crate::error::CliError;
use crate::output::Output;

/// Between rounds that failed: LivePerson's recommendation (contract §4) is two, four, eight minutes.
const PAUSES: [Duration; 3] = [Duration::from_mins(2), Duration::from_mins(4), Duration::from_mins(8)];

/// Why nothing could be fetched.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MirrorError {
    /// It does not answer, or not as it should, however often it was asked.
    #[error("{url}: {why}")]
    Source { url: String, why: String },
    /// What it answers are no handoffs.
    #[error("{url}: {error}")]
    Handoffs { url: String, error: outbound_formats::FormatError },
    /// Its list changed each time it was read.
    #[error("{0}: the list changes faster than it can be read; try again later")]
    Restless(String),
    #[error("cannot keep what was fetched: {0}")]
    Spool(#[from] std::io::Error),
}

/// Everything that the source serves.
struct Copy {
    file: File,
    ids: HashSet<HandoffId>,
    /// The tags of its pages: while they hold, nothing has changed.
    tags: Vec<String>,
}

pub(super) async fn run(app: &App, mirror: &Mirror, output: Output) -> Result<(), CliError> {
    let mut source = Source::new(mirror)?;
    let mut tags = Vec::new();
    let mut failures = 0;
    loop {
        let round = round(app, mirror, source, tags).await?;
        (source, tags) = (round.source, round.tags);
        let pause = match (round.outcome, mirror.watch) {
            (outcome, None) => {
                let done = outcome?.unwrap_or_default();
                return output.print(&done, sentence(done, mirror));
            }
            (Ok(done), Some(seconds)) => {
                failures = 0;
                if let Some(done) = done.filter(changed_anything) {
                    output.print(&done, sentence(done, mirror))?;
                }
                Duration::from_secs(seconds)
            }
            (Err(error), Some(_)) => {
                tracing::warn!(error = outbound_app::error_chain(&error), "this round of the mirror failed");
                failures += 1;
                pause(failures)
            }
        };
        tokio::time::sleep(pause).await;
    }
}

/// Before the next round, where so many failed in a row.
fn pause(failures: usize) -> Duration {
    PAUSES[failures.clamp(1, PAUSES.len()) - 1]
}

/// What came of one look at the source; `None` where it is as it was.
struct Round {
    source: Source,
    tags: Vec<String>,
    outcome: Result<Option<ImportResult>, CliError>,
}

async fn round(app: &App, mirror: &Mirror, mut source: Source, tags: Vec<String>) -> Result<Round, CliError> {
    let reader = app.clone();
    // Blocking, as the rest of this program waits for it anyway.
    let fetched = tokio::task::spawn_blocking(move || {
        let pace = Pace::default();
        let copy = fetch::if_changed(&mut source, &pace, &tags, &reader);
        (source, tags, copy)
    });
    let (source, tags, copy) = fetched.await.map_err(std::io::Error::from).map_err(MirrorError::Spool)?;
    Ok(match copy {
        Ok(None) => Round { source, tags, outcome: Ok(None) },
        Ok(Some(copy)) => match take_in(app, mirror, &copy).await {
            Ok(done) => Round { source, tags: copy.tags, outcome: Ok(Some(done)) },
            Err(error) => Round { source, tags, outcome: Err(error) },
        },
        Err(error) => Round { source, tags, outcome: Err(error.into()) },
    })
}

async fn take_in(app: &App, mirror: &Mirror, copy: &Copy) -> Result<ImportResult, CliError> {
    let mut file = copy.file.try_clone().map_err(MirrorError::Spool)?;
    file.rewind().map_err(MirrorError::Spool)?;
    let handoffs = liveperson::read(BufReader::new(file), app.file_defaults());
    let note = format!("mirror of {}", mirror.from);
    let options = ImportOptions {
        dry_run: mirror.dry_run,
        strict: false,
        note: &note,
        publish: PublishMode::All,
        enforce_four_eyes: false,
        only: mirror.prune.then_some(&copy.ids),
        finish: None,
    };
    let grant = app.operator(&mirror.account.account);
    Ok(app.import(&grant, handoffs, options, |_, _| {}).await?)
}

fn changed_anything(done: &ImportResult) -> bool {
    done.created + done.changed + done.archived > 0
}

fn sentence(done: ImportResult, mirror: &Mirror) -> String {
    let ImportResult { created, changed, unchanged, archived, .. } = done;
    let would = if mirror.dry_run { "Would copy" } else { "Copied" };
    let kept = format!("{created} new, {changed} changed, {unchanged} as they were, {archived} archived");
    format!("{would} {} of {}: {kept}.", plural(done.total(), "handoff", "handoffs"), mirror.from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_that_fail_are_two_then_four_then_eight_minutes_apart() {
        assert_eq!([1, 2, 3, 4, 100].map(|failures| pause(failures).as_secs() / 60), [2, 4, 8, 8, 8]);
    }
}

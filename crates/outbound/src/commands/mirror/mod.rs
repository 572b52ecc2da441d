//! `outbound mirror`: copies the handoffs that another installation, or LivePerson, serves.
//!
//! All handoffs are fetched into a temporary file before any is written, so that a slow source does not block the
//! database, and a copy is either complete or not made.

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

use self::retry::Retry;
use self::source::Source;
use crate::arguments::Mirror;
use crate::error::{CliError, MirrorError};
use crate::output::Output;

/// Intervals after failed rounds, as LivePerson recommends (contract §4).
const RETRY_INTERVALS: [Duration; 3] =
    [Duration::from_mins(2), Duration::from_mins(4), Duration::from_mins(8)];

/// The published list of the source.
struct FetchedList {
    file: File,
    ids: HashSet<HandoffId>,
    /// The entity tags of its pages. Empty if they cannot be compared.
    tags: Vec<String>,
}

pub(super) async fn run(app: &App, mirror: &Mirror, output: Output) -> Result<(), CliError> {
    let mut source = Source::new(mirror)?;
    let mut tags = Vec::new();
    let mut failures = 0;
    loop {
        let round = round(app, mirror, source, tags).await?;
        (source, tags) = (round.source, round.tags);
        let interval = match (round.result, mirror.watch) {
            (result, None) => {
                let imported = result?.unwrap_or_default();
                return output.print(&imported, text(imported, mirror));
            }
            (Ok(imported), Some(seconds)) => {
                failures = 0;
                if let Some(imported) = imported.filter(has_changes) {
                    output.print(&imported, text(imported, mirror))?;
                }
                Duration::from_secs(seconds)
            }
            (Err(error), Some(_)) => {
                let interval = retry_interval(failures);
                failures += 1;
                let retry_seconds = interval.as_secs();
                tracing::warn!(error = outbound_app::error_chain(&error), retry_seconds, "copying failed");
                interval
            }
        };
        tokio::time::sleep(interval).await;
    }
}

/// The interval after a failure that followed `failures` others.
fn retry_interval(failures: usize) -> Duration {
    RETRY_INTERVALS[failures.min(RETRY_INTERVALS.len() - 1)]
}

/// The result of fetching and importing once. `None` if the list is unchanged.
struct MirrorRound {
    source: Source,
    tags: Vec<String>,
    result: Result<Option<ImportResult>, CliError>,
}

async fn round(
    app: &App,
    mirror: &Mirror,
    mut source: Source,
    tags: Vec<String>,
) -> Result<MirrorRound, CliError> {
    let reader = app.clone();
    // The client is blocking, because nothing else runs while it fetches.
    let fetched = tokio::task::spawn_blocking(move || {
        let list = fetch::if_changed(&mut source, &Retry::default(), &tags, &reader);
        (source, tags, list)
    });
    let (source, tags, list) = fetched.await.map_err(std::io::Error::from).map_err(MirrorError::Spool)?;
    Ok(match list {
        Ok(None) => MirrorRound { source, tags, result: Ok(None) },
        Ok(Some(list)) => match import(app, mirror, &list).await {
            Ok(imported) => MirrorRound { source, tags: list.tags, result: Ok(Some(imported)) },
            Err(error) => MirrorRound { source, tags, result: Err(error) },
        },
        Err(error) => MirrorRound { source, tags, result: Err(error.into()) },
    })
}

async fn import(app: &App, mirror: &Mirror, list: &FetchedList) -> Result<ImportResult, CliError> {
    let mut file = list.file.try_clone().map_err(MirrorError::Spool)?;
    file.rewind().map_err(MirrorError::Spool)?;
    let handoffs = liveperson::read(BufReader::new(file), app.file_defaults());
    let note = format!("mirror of {}", mirror.from);
    let options = ImportOptions {
        dry_run: mirror.dry_run,
        strict: false,
        note: &note,
        publish: PublishMode::All,
        enforce_four_eyes: false,
        only: mirror.prune.then_some(&list.ids),
        finish: None,
    };
    let grant = app.operator(&mirror.account.account);
    Ok(app.import(&grant, handoffs, options, |_, _| {}).await?)
}

fn has_changes(imported: &ImportResult) -> bool {
    imported.created + imported.changed + imported.archived > 0
}

fn text(imported: ImportResult, mirror: &Mirror) -> String {
    let ImportResult { created, changed, unchanged, archived, .. } = imported;
    let verb = if mirror.dry_run { "Would copy" } else { "Copied" };
    let counts = format!("{created} new, {changed} changed, {unchanged} unchanged, {archived} archived");
    format!("{verb} {} from {}: {counts}.", plural(imported.total(), "handoff", "handoffs"), mirror.from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_intervals_grow_to_eight_minutes() {
        assert_eq!([0, 1, 2, 3, 99].map(|failures| retry_interval(failures).as_secs() / 60), [2, 4, 8, 8, 8]);
    }
}

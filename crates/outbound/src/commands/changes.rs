//! `outbound changes`.

use outbound_app::{App, HandoffChange};
use serde_json::{Value, json};

use crate::arguments::Changes;
use crate::error::CliError;
use crate::output::{Output, print, table};

/// Number of changes per query.
const PAGE_SIZE: u32 = 1000;

pub(super) async fn run(app: &App, command: &Changes, output: Output) -> Result<(), CliError> {
    if command.follow {
        return follow(app, command, output).await;
    }
    let grant = app.operator(&command.account.account);
    let (mut changes, mut since) = (Vec::new(), command.since);
    loop {
        let page = app.handoff_changes(&grant, since, PAGE_SIZE).await?;
        let Some(last) = page.last() else { break };
        since = last.sequence;
        changes.extend(page);
    }
    let (rows, values): (Vec<_>, Vec<_>) = changes.iter().map(|change| (row(change), value(change))).unzip();
    let heading = ["NUMBER", "AT", "BY", "KIND", "HANDOFF", "VERSION"];
    output.print(&values, table(heading, &rows, "There are no changes."))
}

/// Prints each new change until the process is stopped.
async fn follow(app: &App, command: &Changes, output: Output) -> Result<(), CliError> {
    let grant = app.operator(&command.account.account);
    // Fails if the account does not exist.
    app.handoff_changes(&grant, command.since, 1).await?;
    let mut follower = app.follow_handoff_changes(&grant, command.since);
    loop {
        for change in follower.next().await? {
            if output.json { print(value(&change))? } else { print(row(&change).join("  "))? }
        }
    }
}

fn row(change: &HandoffChange) -> [String; 6] {
    let HandoffChange { sequence, at, by, kind, handoff, version } = change;
    [
        sequence.to_string(),
        at.to_string(),
        by.clone(),
        kind.to_string(),
        handoff.to_string(),
        version.to_string(),
    ]
}

fn value(change: &HandoffChange) -> Value {
    let HandoffChange { sequence, at, by, kind, handoff, version } = change;
    json!({
        "sequence": sequence, "at": at, "by": by, "kind": kind, "handoff": handoff, "version": version,
    })
}

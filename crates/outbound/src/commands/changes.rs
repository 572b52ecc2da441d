//! `outbound changes`.

use outbound_app::{App, ChangeSubject, FeedEntry};
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
    let heading = ["NUMBER", "AT", "BY", "KIND", "HANDOFF OR CAMPAIGN", "DETAILS"];
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

fn row(change: &FeedEntry) -> [String; 6] {
    let FeedEntry { sequence, at, by, kind, subject } = change;
    let (id, more) = match subject {
        ChangeSubject::Handoff { handoff, version } => (handoff.to_string(), version.to_string()),
        ChangeSubject::Campaign(details) => {
            let id = details.campaign.clone().unwrap_or_default();
            let more = [&details.message, &details.status, &details.error, &details.source, &details.reason];
            (id, more.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" "))
        }
    };
    [sequence.to_string(), at.to_string(), by.clone(), kind.to_string(), id, more]
}

fn value(change: &FeedEntry) -> Value {
    let FeedEntry { sequence, at, by, kind, subject } = change;
    let mut value = json!({ "sequence": sequence, "at": at, "by": by, "kind": kind });
    let more = match subject {
        ChangeSubject::Handoff { handoff, version } => json!({ "handoff": handoff, "version": version }),
        ChangeSubject::Campaign(details) => json!(details),
    };
    if let (Some(value), Value::Object(more)) = (value.as_object_mut(), more) {
        value.extend(more);
    }
    value
}

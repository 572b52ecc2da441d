//! `outbound handoff list`.

use outbound_app::{App, Criteria, Search, Summary};
use outbound_model::ChannelType;
use serde_json::{Value, json};

use crate::arguments::ListHandoffs;
use crate::error::CliError;
use crate::output::{Output, table};

/// Number of handoffs per query.
pub(super) const PAGE_SIZE: u32 = 500;

pub(super) async fn run(app: &App, options: ListHandoffs, output: Output) -> Result<(), CliError> {
    let ListHandoffs { account, text, channel, language, sender, state, errors, sort } = options;
    let criteria = Criteria { text, channel, language, sender, state, with_errors: errors };
    let mut search = Search { criteria, sort, after: None, count: PAGE_SIZE };
    let mut all: Vec<Summary> = Vec::new();
    loop {
        let mut found = app.search(&app.operator(&account.account), &search).await?;
        let Some(last) = found.last() else { break };
        search.after = Some(last.cursor(sort.key));
        all.append(&mut found);
    }
    let (rows, values): (Vec<_>, Vec<_>) = all.iter().map(|found| (row(found), value(found))).unzip();
    let heading = ["HANDOFF", "NAME", "STATE", "CHANNELS", "VERSION", "PUBLISHED", "ERRORS", "UPDATED", "BY"];
    output.print(&values, table(heading, &rows, "No handoffs match."))
}

fn channels(found: &Summary) -> Vec<&'static str> {
    found.channels.iter().map(|channel| ChannelType::as_str(*channel)).collect()
}

fn row(found: &Summary) -> [String; 9] {
    [
        found.id.to_string(),
        found.name.clone(),
        found.state.to_string(),
        channels(found).join(","),
        found.latest_version.to_string(),
        found.published_version.map_or("-".to_owned(), |version| version.to_string()),
        found.findings.errors.to_string(),
        found.updated_at.to_string(),
        found.updated_by.clone(),
    ]
}

/// Has the same fields as the list of the management API.
fn value(found: &Summary) -> Value {
    let mut value = json!({
        "id": found.id, "name": found.name, "state": found.state, "channels": channels(found),
        "languages": found.languages, "senders": found.senders, "createdAt": found.created_at,
        "updatedAt": found.updated_at, "updatedBy": found.updated_by, "version": found.latest_version,
        "errors": found.findings.errors, "warnings": found.findings.warnings,
    });
    if let Some(version) = found.published_version {
        value["publishedVersion"] = json!(version);
    }
    value
}

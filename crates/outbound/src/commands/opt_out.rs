//! `outbound opt-out`.

use std::io;
use std::path::PathBuf;

use outbound_app::{
    App, Grant, ListedOptOut, ManageCredentials, RejectedOptOut, WriteCampaigns, read_opt_outs,
};
use outbound_reporting::Address;
use serde_json::{Value, json};

use crate::arguments::OptOut;
use crate::commands::files::{open, progress_bar};
use crate::error::CliError;
use crate::output::{Output, print, print_note, table};

/// The number of lines that are read at a time.
const BATCH: usize = 500;

pub(super) async fn run(app: &App, command: OptOut, output: Output) -> Result<(), CliError> {
    match command {
        OptOut::List { account, limit } => {
            let opt_outs = app.opt_outs(&app.operator(&account.account), None, limit).await?;
            let rows: Vec<_> = opt_outs.iter().map(row).collect();
            let values: Vec<_> = opt_outs.iter().map(value).collect();
            let heading = ["ADDRESS", "SINCE", "SOURCE", "KEYWORD"];
            output.print(&values, table(heading, &rows, "There are no opt-outs."))
        }
        OptOut::Add { account, address } => {
            let added = app.add_opt_out(&app.operator(&account.account), &address).await?;
            let text = if added { "Added the opt-out." } else { "The address had opted out already." };
            output.print(&json!({ "added": added }), text)
        }
        OptOut::Remove { account, address } => {
            app.remove_opt_out(&app.operator(&account.account), &address).await?;
            output.print(&json!({ "removed": true }), "Removed the opt-out.")
        }
        OptOut::Import { account, file } => import(app, &app.operator(&account.account), file, output).await,
        OptOut::Export { account } => export(app, &app.operator(&account.account), output).await,
    }
}

fn row(opt_out: &ListedOptOut) -> [String; 4] {
    [
        opt_out.address.as_ref().map_or_else(|| "not stored".to_owned(), Address::masked),
        opt_out.since.to_string(),
        opt_out.source.clone(),
        opt_out.keyword.clone().unwrap_or_default(),
    ]
}

fn value(opt_out: &ListedOptOut) -> Value {
    json!({
        "address": opt_out.address.as_ref().map(Address::masked), "since": opt_out.since, "source": opt_out.source,
        "keyword": opt_out.keyword,
    })
}

/// Adds the addresses of a file of any length. A line that is no address is reported, and the others are added.
async fn import(
    app: &App,
    grant: &Grant<WriteCampaigns>,
    file: PathBuf,
    output: Output,
) -> Result<(), CliError> {
    let bar = progress_bar(std::slice::from_ref(&file));
    let mut lines = read_opt_outs(open(&file, &bar)?);
    let (mut added, mut known, mut rejected) = (0, 0, 0);
    loop {
        let batch: io::Result<Vec<_>> = lines.by_ref().take(BATCH).collect();
        let batch = batch.map_err(|error| CliError::File { path: file.clone(), error })?;
        if batch.is_empty() {
            break;
        }
        let imported = app.import_opt_outs(grant, &batch).await?;
        added += imported.added;
        known += imported.known;
        rejected += imported.rejected.len();
        for RejectedOptOut { line, reason } in imported.rejected {
            print_note(format!("line {line}: {reason}\n"));
        }
    }
    bar.finish_and_clear();
    let value = json!({ "added": added, "known": known, "rejected": rejected });
    output.print(
        &value,
        format!("Added {added} opt-outs. {known} were known already, {rejected} are no addresses."),
    )
}

/// Leaves out opt-outs without an address, because the file is imported elsewhere, and says so.
async fn export(app: &App, grant: &Grant<ManageCredentials>, output: Output) -> Result<(), CliError> {
    let (mut after, mut left_out) = (None, 0);
    let mut all = Vec::new();
    loop {
        let page = app.export_opt_outs(grant, after.as_ref()).await?;
        left_out += page.left_out;
        if output.json {
            all.extend(page.addresses.iter().map(|address| address.reveal().to_owned()));
        } else if !page.addresses.is_empty() {
            print(page.lines().trim_end())?;
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    if left_out > 0 {
        print_note(format!(
            "Opt-outs that are left out, because their addresses are not stored: {left_out}\n"
        ));
    }
    if output.json { print(serde_json::to_string_pretty(&all)?) } else { Ok(()) }
}

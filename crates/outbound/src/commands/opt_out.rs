//! `outbound opt-out`.

use std::path::{Path, PathBuf};

use csv::{ByteRecord, Position, ReaderBuilder, Trim};
use outbound_app::{App, AppError, Grant, ListedOptOut, ReadCampaigns, WriteCampaigns};
use outbound_model::Invalid;
use outbound_reporting::Address;
use serde_json::{Value, json};

use crate::arguments::OptOut;
use crate::commands::files::{open, progress_bar};
use crate::error::CliError;
use crate::output::{Output, print, print_note, table};

/// The number of opt-outs that are read at a time.
const PAGE: u32 = 1000;
/// The headings of a column of addresses, if a file has one.
const HEADINGS: [&[u8]; 4] = [b"address", b"phone", b"phone number", b"number"];

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

/// Adds the first cell of each row of a CSV file, or each line of a list. A cell that is no address is reported, and the
/// others are added. Lines that begin with `#` and a heading are left out.
async fn import(
    app: &App,
    grant: &Grant<WriteCampaigns>,
    file: PathBuf,
    output: Output,
) -> Result<(), CliError> {
    let bar = progress_bar(std::slice::from_ref(&file));
    let input = open(&file, &bar)?;
    let (mut added, mut known, mut rejected) = (0_u64, 0_u64, 0_u64);
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .comment(Some(b'#'))
        .trim(Trim::All)
        .from_reader(input);
    let mut row = ByteRecord::new();
    while reader.read_byte_record(&mut row).map_err(|error| unreadable(&file, error))? {
        let line = row.position().map_or(0, Position::line);
        let cell = row.get(0).unwrap_or_default();
        if cell.is_empty() || line == 1 && HEADINGS.iter().any(|name| cell.eq_ignore_ascii_case(name)) {
            continue;
        }
        let outcome = match str::from_utf8(cell) {
            Ok(cell) => app.add_opt_out(grant, cell).await,
            Err(_) => Err(Invalid::new("the text is not UTF-8").into()),
        };
        match outcome {
            Ok(true) => added += 1,
            Ok(false) => known += 1,
            Err(error @ (AppError::Invalid(_) | AppError::Reporting(_))) => {
                rejected += 1;
                print_note(format!("line {line}: {error}\n"));
            }
            Err(error) => return Err(error.into()),
        }
    }
    bar.finish_and_clear();
    let value = json!({ "added": added, "known": known, "rejected": rejected });
    output.print(
        &value,
        format!("Added {added} opt-outs. {known} were known already, {rejected} are no addresses."),
    )
}

fn unreadable(file: &Path, error: csv::Error) -> CliError {
    CliError::File { path: file.to_owned(), error: error.into() }
}

/// Leaves out opt-outs without an address, because the file is imported elsewhere, and says so.
async fn export(app: &App, grant: &Grant<ReadCampaigns>, output: Output) -> Result<(), CliError> {
    let (mut after, mut left_out) = (None, 0);
    let mut all = Vec::new();
    loop {
        let page = app.opt_outs(grant, after.as_ref(), PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.key);
        let addresses: Vec<_> =
            page.iter().filter_map(|opt_out| opt_out.address.as_ref()).map(Address::reveal).collect();
        left_out += page.len() - addresses.len();
        if output.json {
            all.extend(addresses.into_iter().map(str::to_owned));
        } else if !addresses.is_empty() {
            print(addresses.join("\n"))?;
        }
    }
    if left_out > 0 {
        print_note(format!(
            "Opt-outs that are left out, because their addresses are not stored: {left_out}\n"
        ));
    }
    if output.json { print(serde_json::to_string_pretty(&all)?) } else { Ok(()) }
}

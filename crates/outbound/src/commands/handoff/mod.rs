//! `outbound handoff`: authors' work from the command line.

mod find;
mod history;
mod list;
mod told;

use std::io::Read;
use std::path::Path;

use outbound_app::{App, AppError, ExpectedTag, StoredHandoff};
use outbound_model::{AccountId, HandoffId};

use crate::arguments::{ExpectedVersion, Handoff, HandoffFile, OneHandoff};
use crate::commands::check;
use crate::commands::files::{open, progress_bar};
use crate::error::CliError;
use crate::output::Output;

/// Longer than any handoff may be; standard input may have no end.
const MAX_BYTES: u64 = 64 << 20;

pub(super) async fn run(app: &App, command: Handoff, output: Output) -> Result<(), CliError> {
    match command {
        Handoff::List(wanted) => list::run(app, wanted, output).await,
        Handoff::Show(one) => told::whole(&find::stored(app, &one).await?, output),
        Handoff::Create { account, file } => create(app, &account.account, &file, output).await,
        Handoff::Replace { handoff, file, seen } => replace(app, &handoff, &file, seen, output).await,
        Handoff::Check(one) => {
            let stored = find::stored(app, &one).await?;
            check::one(app, &one.account.account, &stored, output).await
        }
        Handoff::PublishMode { handoff, seen, dry_run } => {
            publish(app, &handoff, seen, dry_run, output).await
        }
        Handoff::Unpublish(one) => {
            let id = find::id(app, &one).await?;
            let done = app.unpublish(&app.operator(&one.account.account), &id, &ExpectedTag::Any).await?;
            told::done("Unpublished", &done, output)
        }
        Handoff::Archive(one) => {
            let id = find::id(app, &one).await?;
            let done = app.archive(&app.operator(&one.account.account), &id, &ExpectedTag::Any).await?;
            told::done("Archived", &done, output)
        }
        Handoff::Restore(one) => {
            let id = find::id(app, &one).await?;
            let done = app.restore(&app.operator(&one.account.account), &id, &ExpectedTag::Any).await?;
            told::done("Restored", &done, output)
        }
        Handoff::Versions(one) => history::versions(app, &one, output).await,
        Handoff::Diff { handoff, from, to } => history::diff(app, &handoff, (from, to), output).await,
        Handoff::Rollback { handoff, version, seen } => {
            let id = find::id(app, &handoff).await?;
            let grant = app.operator(&handoff.account.account);
            let done = app.restore_version(&grant, &id, version, &expected(seen)).await?;
            told::done(&format!("Went back to version {version} of"), &done, output)
        }
    }
}

async fn create(app: &App, account: &AccountId, file: &HandoffFile, output: Output) -> Result<(), CliError> {
    let draft = app.read_draft(&text(&file.file)?)?;
    let made = app.create_draft(&app.operator(account), draft, file.note.as_deref(), None).await?;
    told::done("Made", &made.stored, output)
}

async fn replace(
    app: &App,
    one: &OneHandoff,
    file: &HandoffFile,
    seen: ExpectedVersion,
    output: Output,
) -> Result<(), CliError> {
    let draft = app.read_draft(&text(&file.file)?)?;
    let (id, grant) = (find::id(app, one).await?, app.operator(&one.account.account));
    let saved = app.replace_draft(&grant, &id, draft, &expected(seen), file.note.as_deref()).await?;
    told::done("Saved", &saved, output)
}

async fn publish(
    app: &App,
    one: &OneHandoff,
    seen: ExpectedVersion,
    dry_run: bool,
    output: Output,
) -> Result<(), CliError> {
    let (id, grant) = (find::id(app, one).await?, app.operator(&one.account.account));
    let published = app.publish(&grant, &id, &expected(seen), dry_run).await;
    if let Err(AppError::RuleViolations(_)) = &published {
        told_what_breaks(app, &one.account.account, &id, output).await?;
    }
    let done = published?.stored;
    told::done(if dry_run { "Would publish" } else { "Published" }, &done, output)
}

/// As `check` tells it; that it was refused is told as any error.
async fn told_what_breaks(
    app: &App,
    account: &AccountId,
    id: &HandoffId,
    output: Output,
) -> Result<(), CliError> {
    let stored: StoredHandoff = app.draft(&app.operator(account), id).await?;
    match check::one(app, account, &stored, output).await {
        Err(CliError::Findings) => Ok(()),
        other => other,
    }
}

fn expected(seen: ExpectedVersion) -> ExpectedTag {
    seen.if_match.map_or(ExpectedTag::Any, |tag| ExpectedTag::OneOf(vec![tag]))
}

fn text(path: &Path) -> Result<Vec<u8>, CliError> {
    let mut text = Vec::new();
    let read = open(path, &progress_bar(&[]))?.take(MAX_BYTES).read_to_end(&mut text);
    read.map_err(|error| CliError::File { path: path.to_owned(), error })?;
    Ok(text)
}

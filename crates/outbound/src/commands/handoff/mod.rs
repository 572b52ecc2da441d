//! `outbound handoff`: manages single handoffs.

mod find;
mod history;
mod list;
mod output;

use std::io::Read;
use std::path::Path;

use outbound_app::{App, AppError, ExpectedTag, StoredHandoff};
use outbound_model::{AccountId, HandoffId};

use self::output::{print_handoff, print_result};
use crate::arguments::{ExpectedVersion, Handoff, HandoffArg, HandoffFile};
use crate::commands::check;
use crate::commands::files::{open, progress_bar};
use crate::error::CliError;
use crate::output::Output;

/// Larger than any valid handoff. Standard input may be endless.
const MAX_FILE_BYTES: u64 = 64 << 20;

pub(super) async fn run(app: &App, command: Handoff, output: Output) -> Result<(), CliError> {
    match command {
        Handoff::List(options) => list::run(app, options, output).await,
        Handoff::Show(handoff) => print_handoff(&find::stored(app, &handoff).await?, output),
        Handoff::Create { account, file } => create(app, &account.account, &file, output).await,
        Handoff::Replace { handoff, file, expected } => replace(app, &handoff, &file, expected, output).await,
        Handoff::Check(handoff) => {
            let stored = find::stored(app, &handoff).await?;
            check::check_stored(app, &handoff.account.account, &stored, output).await
        }
        Handoff::Publish { handoff, expected, dry_run } => {
            publish(app, &handoff, expected, dry_run, output).await
        }
        Handoff::Unpublish(handoff) => {
            let id = find::id(app, &handoff).await?;
            let grant = app.operator(&handoff.account.account);
            print_result("Unpublished", &app.unpublish(&grant, &id, &ExpectedTag::Any).await?.stored, output)
        }
        Handoff::Archive(handoff) => {
            let id = find::id(app, &handoff).await?;
            let grant = app.operator(&handoff.account.account);
            print_result("Archived", &app.archive(&grant, &id, &ExpectedTag::Any).await?.stored, output)
        }
        Handoff::Restore(handoff) => {
            let id = find::id(app, &handoff).await?;
            let grant = app.operator(&handoff.account.account);
            print_result("Restored", &app.restore(&grant, &id, &ExpectedTag::Any).await?.stored, output)
        }
        Handoff::Versions(handoff) => history::versions(app, &handoff, output).await,
        Handoff::Diff { handoff, from, to } => history::diff(app, &handoff, (from, to), output).await,
        Handoff::Rollback { handoff, version, expected } => {
            let id = find::id(app, &handoff).await?;
            let grant = app.operator(&handoff.account.account);
            let saved = app.restore_version(&grant, &id, version, &expected_tag(expected)).await?;
            print_result(&format!("Restored version {version} of"), &saved.stored, output)
        }
    }
}

async fn create(app: &App, account: &AccountId, file: &HandoffFile, output: Output) -> Result<(), CliError> {
    let draft = app.read_draft(&read_file(&file.file)?)?;
    let created = app.create_draft(&app.operator(account), draft, file.note.as_deref(), None).await?;
    print_result("Created", &created.handoff.stored, output)
}

async fn replace(
    app: &App,
    handoff: &HandoffArg,
    file: &HandoffFile,
    expected: ExpectedVersion,
    output: Output,
) -> Result<(), CliError> {
    let draft = app.read_draft(&read_file(&file.file)?)?;
    let (id, grant) = (find::id(app, handoff).await?, app.operator(&handoff.account.account));
    let saved = app.replace_draft(&grant, &id, draft, &expected_tag(expected), file.note.as_deref()).await?;
    print_result("Saved", &saved.stored, output)
}

async fn publish(
    app: &App,
    handoff: &HandoffArg,
    expected: ExpectedVersion,
    dry_run: bool,
    output: Output,
) -> Result<(), CliError> {
    let (id, grant) = (find::id(app, handoff).await?, app.operator(&handoff.account.account));
    let result = app.publish(&grant, &id, &expected_tag(expected), dry_run).await;
    if let Err(AppError::RuleViolations(_)) = &result {
        print_findings(app, &handoff.account.account, &id, output).await?;
    }
    let verb = if dry_run { "Would publish" } else { "Published" };
    print_result(verb, &result?.stored, output)
}

/// Prints the findings that prevent publishing, as `check` does. The caller returns the error itself.
async fn print_findings(
    app: &App,
    account: &AccountId,
    id: &HandoffId,
    output: Output,
) -> Result<(), CliError> {
    let stored: StoredHandoff = app.draft(&app.operator(account), id).await?;
    match check::check_stored(app, account, &stored, output).await {
        Err(CliError::Findings) => Ok(()),
        other => other,
    }
}

fn expected_tag(expected: ExpectedVersion) -> ExpectedTag {
    expected.if_match.map_or(ExpectedTag::Any, |tag| ExpectedTag::OneOf(vec![tag]))
}

fn read_file(path: &Path) -> Result<Vec<u8>, CliError> {
    let mut bytes = Vec::new();
    let result = open(path, &progress_bar(&[]))?.take(MAX_FILE_BYTES).read_to_end(&mut bytes);
    result.map_err(|error| CliError::File { path: path.to_owned(), error })?;
    Ok(bytes)
}

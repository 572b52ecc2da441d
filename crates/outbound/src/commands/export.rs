//! `outbound export`.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use outbound_app::App;
use outbound_formats::liveperson::Writer;
use outbound_formats::{ExportedDocument, Format, FormatError, WriteOptions, write_any};
use serde_json::{Value, json};

use crate::arguments::Export;
use crate::commands::loss_report::LossReport;
use crate::error::CliError;
use crate::output::{Output, print_note};

pub(super) async fn run(app: &App, export: &Export, output: Output) -> Result<(), CliError> {
    // An export in LivePerson's format is JSON itself and has no losses to report.
    let has_report = output.json && export.format != Format::LivePerson;
    if let Some(folder) = &export.output {
        std::fs::create_dir_all(folder).map_err(|error| CliError::File { path: folder.clone(), error })?;
        let mut written = 0_u64;
        let losses = documents(app, export, |document| {
            written += 1;
            write_to_folder(folder, &document)
        })
        .await?;
        return print_report(losses, has_report.then(|| json!({ "written": written })), output);
    }
    if export.file != Path::new("-") {
        return write_to_file(app, export, has_report, output).await;
    }
    if has_report {
        let mut all = Vec::new();
        let losses = documents(app, export, |document| {
            all.push(document.value);
            Ok(())
        })
        .await?;
        return print_report(losses, Some(json!({ "documents": all })), output);
    }
    match write_array(app, export, io::stdout().lock()).await {
        // The reader has closed the pipe, as in `outbound export | head`.
        Err(CliError::Format(FormatError::Io(error))) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => print_report(result?.0, None, output),
    }
}

/// Writes to a temporary file first, so that a failed export does not damage an existing file.
async fn write_to_file(app: &App, export: &Export, has_report: bool, output: Output) -> Result<(), CliError> {
    let partial = export.file.with_added_extension("partial");
    let failed = |error| CliError::File { path: partial.clone(), error };
    let file = File::create(&partial).map_err(failed)?;
    let (losses, written) = write_array(app, export, &file).await?;
    file.sync_all().map_err(failed)?;
    std::fs::rename(&partial, &export.file).map_err(failed)?;
    print_report(losses, has_report.then(|| json!({ "written": written })), output)
}

/// Writes an array. Returns the losses and the number of documents.
async fn write_array(app: &App, export: &Export, output: impl Write) -> Result<(LossReport, u64), CliError> {
    let (mut writer, mut written) = (Writer::new(BufWriter::new(output)), 0);
    let losses = documents(app, export, |document| {
        written += 1;
        Ok(writer.document(&document.value)?)
    })
    .await?;
    writer.finish()?;
    Ok((losses, written))
}

fn write_to_folder(folder: &Path, document: &ExportedDocument) -> Result<(), CliError> {
    let path: PathBuf = folder.join(&document.file);
    let mut text = serde_json::to_string_pretty(&document.value)?;
    text.push('\n');
    std::fs::write(&path, text).map_err(|error| CliError::File { path, error })
}

/// Passes each document to `write`. Returns the losses.
async fn documents(
    app: &App,
    export: &Export,
    mut write: impl FnMut(ExportedDocument) -> Result<(), CliError>,
) -> Result<LossReport, CliError> {
    let options = WriteOptions { category: export.category.clone(), language: export.language.clone() };
    let mut losses = LossReport::default();
    let grant = app.operator(&export.account.account);
    app.export(&grant, |handoff| {
        let mut exported = write_any(export.format, handoff, &options)?;
        exported.documents.drain(..).try_for_each(&mut write)?;
        losses.add_exported(handoff, exported);
        Ok::<_, CliError>(())
    })
    .await??;
    Ok(losses)
}

/// Prints `report` with the losses as JSON to standard output. Without a report, prints the losses as text to
/// standard error.
fn print_report(losses: LossReport, report: Option<Value>, output: Output) -> Result<(), CliError> {
    let Some(mut report) = report else {
        print_note(&losses);
        return Ok(());
    };
    if let (Value::Object(report), Value::Object(losses)) = (&mut report, serde_json::to_value(losses)?) {
        report.extend(losses);
    }
    output.print(&report, "")
}

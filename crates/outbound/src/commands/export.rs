//! `outbound export`.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use outbound_app::App;
use outbound_formats::liveperson::Writer;
use outbound_formats::{ExportedDocument, Format, FormatError, WriteOptions, write_any};
use serde_json::{Value, json};

use crate::arguments::Export;
use crate::commands::losses::LossReport;
use crate::error::CliError;
use crate::output::{Output, note};

pub(super) async fn run(app: &App, export: &Export, output: Output) -> Result<(), CliError> {
    // What is printed already is JSON; only of other formats there is more to tell.
    let report = output.json && export.format != Format::LivePerson;
    if let Some(folder) = &export.output {
        std::fs::create_dir_all(folder).map_err(|error| CliError::File { path: folder.clone(), error })?;
        let mut written = 0_u64;
        let told = documents(app, export, |document| {
            written += 1;
            into_folder(folder, &document)
        });
        return tell(told.await?, report.then(|| json!({ "written": written })), output);
    }
    if export.file != Path::new("-") {
        return into_file(app, export, report, output).await;
    }
    if report {
        let mut all = Vec::new();
        let told = documents(app, export, |document| {
            all.push(document.value);
            Ok(())
        });
        return tell(told.await?, Some(json!({ "documents": all })), output);
    }
    match array(app, export, io::stdout().lock()).await {
        // `outbound export | head` is no mistake.
        Err(CliError::Format(FormatError::Io(error))) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        told => tell(told?.0, None, output),
    }
}

/// Beside the target first, so that an export that fails leaves the last one whole.
async fn into_file(app: &App, export: &Export, report: bool, output: Output) -> Result<(), CliError> {
    let partial = export.file.with_added_extension("partial");
    let failed = |error| CliError::File { path: partial.clone(), error };
    let file = File::create(&partial).map_err(failed)?;
    let (told, written) = array(app, export, &file).await?;
    file.sync_all().map_err(failed)?;
    std::fs::rename(&partial, &export.file).map_err(failed)?;
    tell(told, report.then(|| json!({ "written": written })), output)
}

/// Writes an array, and answers how many documents it has.
async fn array(app: &App, export: &Export, output: impl Write) -> Result<(LossReport, u64), CliError> {
    let (mut writer, mut written) = (Writer::new(BufWriter::new(output)), 0);
    let told = documents(app, export, |document| {
        written += 1;
        Ok(writer.document(&document.value)?)
    });
    let told = told.await?;
    writer.finish()?;
    Ok((told, written))
}

fn into_folder(folder: &Path, document: &ExportedDocument) -> Result<(), CliError> {
    let path: PathBuf = folder.join(&document.file);
    let mut text = serde_json::to_string_pretty(&document.value)?;
    text.push('\n');
    std::fs::write(&path, text).map_err(|error| CliError::File { path, error })
}

/// Hands every document to `write`.
async fn documents(
    app: &App,
    export: &Export,
    mut write: impl FnMut(ExportedDocument) -> Result<(), CliError>,
) -> Result<LossReport, CliError> {
    let options = WriteOptions { category: export.category.clone(), language: export.language.clone() };
    let mut told = LossReport::default();
    let grant = app.operator(&export.account.account);
    app.export(&grant, |handoff| {
        let mut exported = write_any(export.format, handoff, &options)?;
        exported.documents.drain(..).try_for_each(&mut write)?;
        told.exported(handoff, exported);
        Ok::<_, CliError>(())
    })
    .await??;
    Ok(told)
}

/// To people on standard error; to programs with `report`, on standard output.
fn tell(told: LossReport, report: Option<Value>, output: Output) -> Result<(), CliError> {
    let Some(mut report) = report else {
        note(&told);
        return Ok(());
    };
    if let (Value::Object(report), Value::Object(told)) = (&mut report, serde_json::to_value(told)?) {
        report.extend(told);
    }
    output.print(&report, "")
}

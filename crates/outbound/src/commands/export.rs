//! `outbound export`.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use outbound_app::App;
use outbound_formats::FormatError;
use outbound_formats::liveperson::Writer;

use crate::arguments::Export;
use crate::error::CliError;

pub(super) async fn run(app: &App, export: &Export) -> Result<(), CliError> {
    if export.file == Path::new("-") {
        return ignore_closed_pipe(write(app, export, io::stdout().lock()).await);
    }
    // Beside the target first, so that an export that fails leaves the last one whole.
    let partial = export.file.with_added_extension("partial");
    let failed = |error| CliError::File { path: partial.clone(), error };
    let file = File::create(&partial).map_err(failed)?;
    write(app, export, &file).await?;
    file.sync_all().map_err(failed)?;
    std::fs::rename(&partial, &export.file).map_err(failed)
}

async fn write(app: &App, export: &Export, output: impl Write) -> Result<(), CliError> {
    let mut writer = Writer::new(BufWriter::new(output));
    app.export(&app.operator(&export.account.account), |handoff| writer.handoff(handoff)).await??;
    writer.finish()?;
    Ok(())
}

/// `outbound export | head` is no mistake.
fn ignore_closed_pipe(result: Result<(), CliError>) -> Result<(), CliError> {
    match result {
        Err(CliError::Format(FormatError::Io(error))) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

//! `outbound backup`.

use std::fs;
use std::io::{self, IsTerminal};
use std::path::Path;
use std::time::Duration;

use indicatif::ProgressBar;
use outbound_store_sql::SqlStore;
use serde_json::json;
use tempfile::Builder;

use crate::arguments::{Backup, Common};
use crate::error::CliError;
use crate::output::Output;

const TICK: Duration = Duration::from_millis(200);

pub(super) async fn run(common: &Common, backup: &Backup, output: Output) -> Result<(), CliError> {
    let path = &backup.file;
    let failed = |error| CliError::File { path: path.clone(), error };
    if path.symlink_metadata().is_ok() {
        return Err(failed(io::ErrorKind::AlreadyExists.into()));
    }
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    // Readable for its owner only, under the final name once it is whole, and removed after an error.
    let file = Builder::new().prefix(".outbound-backup-").tempfile_in(folder).map_err(failed)?;
    let progress = spinner(path);
    let copied = SqlStore::back_up(&common.database, file.path()).await;
    progress.finish_and_clear();
    copied?;
    let bytes = file.as_file().metadata().map_err(failed)?.len();
    file.persist_noclobber(path).map_err(|error| failed(error.error))?;
    // So that the name outlives the machine's fall, too.
    fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
    let text = format!(
        "Copied {} to {} ({bytes} bytes). Keep the key file too, in another place.",
        common.database,
        path.display()
    );
    output.print(&json!({ "file": path, "bytes": bytes }), text)
}

fn spinner(path: &Path) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let spinner = ProgressBar::new_spinner().with_message(format!("copying to {}", path.display()));
    spinner.enable_steady_tick(TICK);
    spinner
}

//! `outbound backup`.

use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::Duration;

use indicatif::ProgressBar;
use outbound_store_sql::SqlStore;
use serde_json::{Value, json};
use tempfile::{Builder, NamedTempFile};

use crate::arguments::{Backup, Common};
use crate::error::CliError;
use crate::output::Output;

const SPINNER_INTERVAL: Duration = Duration::from_millis(200);

pub(super) async fn run(common: &Common, backup: &Backup, output: Output) -> Result<(), CliError> {
    let main = UnfinishedFile::create(backup.file.clone())?;
    let operational = UnfinishedFile::create(SqlStore::operational_file(&backup.file))?;
    let progress = spinner(&backup.file);
    let copied = SqlStore::back_up(&common.database, main.file.path(), operational.file.path()).await;
    progress.finish_and_clear();
    // The main file is finished last: if it exists, the copy is complete.
    let operational = if copied? { Some(operational.finish()?) } else { None };
    let main = main.finish().inspect_err(|_| {
        if let Some((path, _)) = &operational {
            // Ignores this error, because the one of the main file is reported.
            let _ = fs::remove_file(path);
        }
    })?;
    let description = |(file, bytes): &(PathBuf, u64)| format!("{} ({bytes} bytes)", file.display());
    let files: Vec<_> = std::iter::once(&main).chain(&operational).map(description).collect();
    let (database, files) = (&common.database, files.join(" and "));
    let text = format!("Copied {database} to {files}. Also back up the key file, in a different place.");
    let json = |(file, bytes): (PathBuf, u64)| json!({ "file": file, "bytes": bytes });
    let mut value = json(main);
    value["operational"] = operational.map_or(Value::Null, json);
    output.print(&value, text)
}

/// A file that is being written. Only its owner can read it. It gets its final name when it is complete, and is removed
/// after an error.
struct UnfinishedFile {
    target: PathBuf,
    folder: PathBuf,
    file: NamedTempFile,
}

impl UnfinishedFile {
    fn create(target: PathBuf) -> Result<Self, CliError> {
        let failed = |error| CliError::File { path: target.clone(), error };
        if target.symlink_metadata().is_ok() {
            return Err(failed(io::ErrorKind::AlreadyExists.into()));
        }
        let folder = match target.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        let file = Builder::new().prefix(".outbound-backup-").tempfile_in(folder).map_err(failed)?;
        Ok(Self { folder: folder.to_owned(), file, target })
    }

    /// Gives the file its final name. Returns the path and the size.
    fn finish(self) -> Result<(PathBuf, u64), CliError> {
        let Self { target, folder, file } = self;
        let failed = |error| CliError::File { path: target.clone(), error };
        let bytes = file.as_file().metadata().map_err(failed)?.len();
        file.persist_noclobber(&target).map_err(|error| failed(error.error))?;
        // Makes the new name survive a crash of the machine.
        fs::File::open(&folder).and_then(|folder| folder.sync_all()).map_err(|error| {
            let _ = fs::remove_file(&target);
            failed(error)
        })?;
        Ok((target, bytes))
    }
}

fn spinner(path: &Path) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let spinner = ProgressBar::new_spinner().with_message(format!("copying to {}", path.display()));
    spinner.enable_steady_tick(SPINNER_INTERVAL);
    spinner
}

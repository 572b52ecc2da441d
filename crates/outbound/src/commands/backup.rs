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

const TICK: Duration = Duration::from_millis(200);

pub(super) async fn run(common: &Common, backup: &Backup, output: Output) -> Result<(), CliError> {
    let main = Copy::begin(backup.file.clone())?;
    let operational = Copy::begin(SqlStore::operational_file(&backup.file))?;
    let progress = spinner(&backup.file);
    let copied = SqlStore::back_up(&common.database, main.file.path(), operational.file.path()).await;
    progress.finish_and_clear();
    // The main file last: once it is there, the copy is whole.
    let operational = if copied? { Some(operational.finish()?) } else { None };
    let main = main.finish().inspect_err(|_| {
        if let Some((path, _)) = &operational {
            // The error of the main file is the one to report.
            let _ = fs::remove_file(path);
        }
    })?;
    let shown = |copy: &(PathBuf, u64)| format!("{} ({} bytes)", copy.0.display(), copy.1);
    let files: Vec<_> = std::iter::once(&main).chain(&operational).map(shown).collect();
    let (database, files) = (&common.database, files.join(" and "));
    let text = format!("Copied {database} to {files}. Keep the key file too, in another place.");
    let json = |(file, bytes): (PathBuf, u64)| json!({ "file": file, "bytes": bytes });
    let mut answer = json(main);
    answer["operational"] = operational.map_or(Value::Null, json);
    output.print(&answer, text)
}

/// A file that is being written.
struct Copy {
    target: PathBuf,
    folder: PathBuf,
    file: NamedTempFile,
}

impl Copy {
    /// Readable for its owner only, under the final name once it is whole, and removed after an error.
    fn begin(target: PathBuf) -> Result<Self, CliError> {
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

    /// Gives the file its name, and answers it with the file's length.
    fn finish(self) -> Result<(PathBuf, u64), CliError> {
        let Self { target, folder, file } = self;
        let failed = |error| CliError::File { path: target.clone(), error };
        let bytes = file.as_file().metadata().map_err(failed)?.len();
        file.persist_noclobber(&target).map_err(|error| failed(error.error))?;
        // So that the name outlives the machine's fall, too.
        fs::File::open(&folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
        Ok((target, bytes))
    }
}

fn spinner(path: &Path) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let spinner = ProgressBar::new_spinner().with_message(format!("copying to {}", path.display()));
    spinner.enable_steady_tick(TICK);
    spinner
}

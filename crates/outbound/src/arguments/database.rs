//! The options of `outbound migrate` and `outbound backup`.
// These comments are printed by --help, which does not render Markdown.
#![allow(clippy::doc_markdown)]

use std::path::PathBuf;

use clap::Args;

#[derive(Args, Debug)]
pub(crate) struct Backup {
    /// The new file. The operational file is copied to the same folder: NAME-operational.db for NAME.db.
    pub(crate) file: PathBuf,
}

#[derive(Args, Debug)]
pub(crate) struct Migrate {
    /// Only list the migrations that would be applied.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Create an empty operational file if that of a SQLite database is lost. All users have to log in again.
    #[arg(long, conflicts_with = "dry_run")]
    pub(crate) new_operational_file: bool,
}

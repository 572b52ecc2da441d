//! Errors of commands, with their exit codes.

use std::path::PathBuf;

use outbound_app::{AppError, ImportError, StoreError};
use outbound_auth::AuthError;
use outbound_formats::{FormatError, Location};
use outbound_model::{ChannelType, plural};

/// The error of any command.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    /// The command line is invalid, or requests --help or --version.
    #[error(transparent)]
    Usage(#[from] clap::Error),
    /// The settings file or the value of an option is invalid.
    #[error("{0}")]
    Settings(String),
    /// The threads of the process cannot be started.
    #[error("cannot start the threads of the process: {0}")]
    Runtime(#[source] std::io::Error),
    /// A file cannot be read or written.
    #[error("{}: {error}", path.display())]
    File { path: PathBuf, error: std::io::Error },
    /// There is no such lane in the account.
    #[error("there is no lane {0}; outbound campaign lanes lists them")]
    UnknownLane(outbound_app::LaneId),
    /// The key file is missing, but the database contains secrets that are encrypted with it.
    #[error(
        "the key file {} is missing, and the database contains secrets that are encrypted with it; \
         restore the file, or set --key-file to its path", .0.display()
    )]
    KeyFileMissing(PathBuf),
    /// Other users of the machine can read the key file.
    #[error(
        "the key file {} has mode {mode:04o}, so other users can access it; run: chmod 600 {}",
        path.display(), path.display()
    )]
    KeyFileOpen { path: PathBuf, mode: u32 },
    /// Another user owns the key file and can replace it.
    #[error(
        "the key file {} belongs to the user with id {owner}, but this command runs as {user}; run the command \
         as the owner of the file, or change the owner with chown", path.display()
    )]
    KeyFileOwner { path: PathBuf, owner: u32, user: u32 },
    /// A second signal was received while the server waited for open requests.
    #[error("stopped by a second signal before all open requests were finished")]
    SecondSignal,
    /// The key file does not contain a valid key.
    #[error("{}: {error}", path.display())]
    KeyFile { path: PathBuf, error: AuthError },
    /// The key file contains a different key than the one that encrypted the secrets in the database.
    #[error(
        "the key in {} does not decrypt the secrets in the database; set --key-file to the key file of this \
         installation. All nodes need the same key file. If several nodes were started on a new database, copy the \
         file from the node that is running", path.display()
    )]
    OtherKeyFile { path: PathBuf, source: AuthError },
    /// Some events were rejected.
    #[error("{0} events were rejected")]
    EventsRejected(u64),
    /// Totals of reports differ from a recount.
    #[error("the totals differ from a recount of the messages; run the command with --repair")]
    WrongTotals,
    /// Writing to standard output failed.
    #[error("cannot write to standard output: {0}")]
    Output(#[source] std::io::Error),
    /// Reading standard input failed.
    #[error("cannot read standard input: {0}")]
    Input(#[source] std::io::Error),
    /// The password and its repetition differ.
    #[error("the two passwords differ; run the command again")]
    PasswordsDiffer,
    /// The account does not exist.
    #[error("account {0} does not exist; create it with: outbound account create {0}")]
    NoAccount(outbound_model::AccountId),
    /// The sandbox cannot start.
    #[error(transparent)]
    Sandbox(#[from] outbound_sandbox::SandboxError),
    #[error(transparent)]
    App(AppError),
    #[error(transparent)]
    Import(ImportError),
    /// A handoff of a file cannot be imported.
    #[error("{}: line {}, column {}: {error}", path.display(), at.line, at.column)]
    ImportAt { path: PathBuf, at: Location, error: Box<ImportError> },
    #[error(transparent)]
    Mirror(#[from] MirrorError),
    #[error(transparent)]
    Format(#[from] FormatError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("cannot convert the result to JSON: {0}")]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    Tls(#[from] outbound_http::TlsError),
    /// The file does not contain the handoff that was asked for.
    #[error("the file has no handoff with the id or name {0}")]
    NoHandoff(String),
    /// The account does not have the handoff.
    #[error("the account has no handoff with the id or name {0}; outbound handoff list shows the handoffs")]
    UnknownHandoff(String),
    /// A check has findings that make the command fail. They are already printed.
    #[error("the check found errors")]
    Findings,
    /// An import saved handoffs as drafts instead of publishing them, or would save them in a dry run.
    #[error(
        "{} because of errors or an unknown channel type (the types are {}); \
         correct the file and import it again, or publish all handoffs with --publish",
        held_back(*.count, *.dry_run), ChannelType::ALL.map(ChannelType::as_str).join(", ")
    )]
    HeldBack { count: u64, dry_run: bool },
    #[error("cannot listen on {address}: {error}")]
    Listen { address: std::net::SocketAddr, error: std::io::Error },
}

/// Why `outbound mirror` could not fetch the list.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MirrorError {
    /// The source failed or rejected the request, also after retries.
    #[error("{url}: {problem}")]
    Source { url: String, problem: String },
    /// The response contains invalid handoffs.
    #[error("{url}: {error}")]
    Handoffs { url: String, error: FormatError },
    /// The list changed every time it was read.
    #[error("{0}: the list changed every time it was read; try again later")]
    ListChanging(String),
    /// The temporary file cannot be written.
    #[error("cannot write the fetched handoffs to a temporary file: {0}")]
    Spool(#[from] std::io::Error),
}

/// `2 handoffs were saved as drafts`.
fn held_back(count: u64, dry_run: bool) -> String {
    if dry_run {
        plural(count, "handoff would be saved as a draft", "handoffs would be saved as drafts")
    } else {
        plural(count, "handoff was saved as a draft", "handoffs were saved as drafts")
    }
}

impl CliError {
    /// 2 for invalid arguments or settings, otherwise 1.
    pub(crate) fn exit_status(&self) -> u8 {
        match self {
            CliError::Usage(_) | CliError::Settings(_) => 2,
            _ => 1,
        }
    }
}

impl From<AppError> for CliError {
    fn from(error: AppError) -> Self {
        match error {
            AppError::UnknownAccount(account) => CliError::NoAccount(account),
            other => CliError::App(other),
        }
    }
}

impl From<ImportError> for CliError {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::App(error) => error.into(),
            other => CliError::Import(other),
        }
    }
}

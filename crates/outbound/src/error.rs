//! Why a command failed, and with which exit status.

use std::path::PathBuf;

use outbound_app::{AppError, ImportError, StoreError};
use outbound_auth::AuthError;
use outbound_formats::{FormatError, Location};
use outbound_model::{ChannelType, plural};

/// The error of any command.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    /// The command line is wrong, or asks for help.
    #[error(transparent)]
    Usage(#[from] clap::Error),
    /// The settings file, or an option's value, is wrong.
    #[error("{0}")]
    Settings(String),
    /// A file cannot be read or written.
    #[error("{}: {error}", path.display())]
    File { path: PathBuf, error: std::io::Error },
    /// The key file is gone, but the database holds secrets encrypted with it.
    #[error(
        "the key file {} is missing, and the database holds secrets encrypted with it: \
         put it back, or name it with --key-file", .0.display()
    )]
    KeyFileMissing(PathBuf),
    /// Other users of the machine can read the key file.
    #[error(
        "{} has mode {mode:04o}, so other users can read the installation's key: run chmod 600 {}",
        path.display(), path.display()
    )]
    KeyFileOpen { path: PathBuf, mode: u32 },
    /// Another user owns the key file, and can replace it.
    #[error(
        "{} belongs to user {owner}, and this command runs as user {own}: run it as that user, or \
         chown the file", path.display()
    )]
    KeyFileOwner { path: PathBuf, owner: u32, own: u32 },
    /// A second signal came while open requests were finished.
    #[error("ended at once by a second signal; open requests were cut off")]
    SecondSignal,
    /// The key file holds no key.
    #[error("{}: {error}", path.display())]
    KeyFile { path: PathBuf, error: AuthError },
    /// The key file holds another key than the one that encrypted the secrets in the database.
    #[error(
        "the key in {} does not decrypt the secrets in the database: put this installation's key file there, or name \
         it with --key-file. Every node needs the same key file; when several nodes start on a new database, copy \
         it from the one that runs", path.display()
    )]
    OtherKeyFile { path: PathBuf, source: AuthError },
    /// Standard output is gone.
    #[error("cannot write: {0}")]
    Output(#[source] std::io::Error),
    /// Standard input cannot be read.
    #[error("cannot read: {0}")]
    Input(#[source] std::io::Error),
    /// A password was typed differently the second time.
    #[error("the two passwords differ")]
    PasswordsDiffer,
    /// The account that a command works on is not there.
    #[error("there is no account {0}; make it with: outbound account create {0}")]
    NoAccount(outbound_model::AccountId),
    #[error(transparent)]
    App(AppError),
    #[error(transparent)]
    Import(ImportError),
    /// One handoff of a file cannot be imported.
    #[error("{}: line {}, column {}: {error}", path.display(), at.line, at.column)]
    ImportAt { path: PathBuf, at: Location, error: Box<ImportError> },
    #[error(transparent)]
    Mirror(#[from] crate::commands::mirror::MirrorError),
    #[error(transparent)]
    Format(#[from] FormatError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("cannot print JSON: {0}")]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    Tls(#[from] outbound_http::TlsError),
    /// A file holds other handoffs.
    #[error("the file holds no handoff of the id or name {0}")]
    NoHandoff(String),
    /// Nothing in the account is called so.
    #[error("the account has no handoff of the id or name {0}")]
    UnknownHandoff(String),
    /// What was checked has findings that count; they are printed already.
    #[error("there are findings")]
    Findings,
    /// Handoffs that an import did not publish.
    #[error(
        "{drafts}, held back because of errors or a channel of an unknown type (the types are {types}): \
         correct the file and import it again, or publish all with --publish",
        drafts = plural(*.0, "handoff stays a draft", "handoffs stay drafts"),
        types = ChannelType::ALL.map(ChannelType::as_str).join(", ")
    )]
    HeldBack(u64),
    #[error("cannot listen on {address}: {error}")]
    Listen { address: std::net::SocketAddr, error: std::io::Error },
}

impl CliError {
    /// 2 for wrong usage, 1 for the rest.
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

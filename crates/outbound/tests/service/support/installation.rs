//! A database for one test, and the command line that uses it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use outbound_testkit::Postgres;
use serde_json::Value;
use tempfile::TempDir;

/// The binary under test.
pub(crate) const OUTBOUND: &str = env!("CARGO_BIN_EXE_outbound");

/// The database engine.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// The URL of a new database; for SQLite a file in the working directory of the binary.
    pub(crate) fn database(self) -> String {
        match self {
            Engine::Sqlite => "sqlite:outbound.db".to_owned(),
            Engine::Postgres => Postgres::shared().unwrap().database().unwrap(),
        }
    }
}

/// A database, its key file, and the folder that commands run in.
pub(crate) struct Installation {
    pub(crate) folder: PathBuf,
    pub(crate) database: String,
    _temporary: Option<TempDir>,
}

impl Installation {
    /// A new installation without accounts. Its folder is deleted on drop.
    pub(crate) fn new(engine: Engine) -> Self {
        let temporary = TempDir::new().unwrap();
        Self { folder: temporary.path().to_owned(), database: engine.database(), _temporary: Some(temporary) }
    }

    /// A new installation with an account.
    pub(crate) fn with_account(engine: Engine, account: &str) -> Self {
        let installation = Self::new(engine);
        installation.run(&["account", "create", account]).succeeded();
        installation
    }

    /// The installation of a running server.
    pub(crate) fn of(folder: &Path, database: String) -> Self {
        Self { folder: folder.to_owned(), database, _temporary: None }
    }

    /// A command in the folder with `--database`, without settings from this process.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = command(&self.folder);
        command.args(arguments).args(["--database", &self.database]);
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, "")
    }

    /// Runs a command with `input` on standard input.
    pub(crate) fn run_with(&self, arguments: &[&str], input: &str) -> Ran {
        run(&mut self.command(arguments), input)
    }

    /// Writes a file into the folder and returns its name.
    pub(crate) fn file<'n>(&self, name: &'n str, text: &str) -> &'n str {
        std::fs::write(self.folder.join(name), text).unwrap();
        name
    }

    /// The published handoffs of the account, read with `export`.
    #[track_caller]
    pub(crate) fn exported(&self, account: &str) -> Value {
        self.run(&["export", "--account", account]).json()
    }
}

/// The binary in `folder`, without this process's `OUTBOUND_…` variables.
pub(crate) fn command(folder: &Path) -> Command {
    let mut command = Command::new(OUTBOUND);
    command.current_dir(folder);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("OUTBOUND_") {
            command.env_remove(name);
        }
    }
    command
}

/// Runs a command and waits until it exits.
pub(crate) fn run(command: &mut Command, input: &str) -> Ran {
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    // The write fails if the command exits before it has read everything.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    Ran {
        status: status.code(),
        out: String::from_utf8(stdout).unwrap(),
        err: String::from_utf8(stderr).unwrap(),
    }
}

/// The exit status and output of a command.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) status: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    #[track_caller]
    pub(crate) fn succeeded(self) -> Self {
        assert_eq!(self.status, Some(0), "{self:?}");
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(self) -> Value {
        let ran = self.succeeded();
        serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("not JSON: {ran:?}"))
    }

    /// Asserts that it exited with `status`, a `message` on standard error and no standard output.
    #[track_caller]
    pub(crate) fn failed(&self, status: i32, message: &str) {
        assert_eq!(self.status, Some(status), "{self:?}");
        assert!(self.err.contains(message), "{self:?} does not contain: {message}");
        assert_eq!(self.out, "");
    }
}

//! A database of the test's own and the command line on it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use outbound_testkit::Postgres;
use serde_json::Value;
use tempfile::TempDir;

/// The binary under test.
pub(crate) const OUTBOUND: &str = env!("CARGO_BIN_EXE_outbound");

/// Where the data lives.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// The address of a new database; for SQLite a file in the folder where the binary works.
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
    _own: Option<TempDir>,
}

impl Installation {
    /// An empty one, gone when dropped.
    pub(crate) fn new(engine: Engine) -> Self {
        let own = TempDir::new().unwrap();
        Self { folder: own.path().to_owned(), database: engine.database(), _own: Some(own) }
    }

    /// One with an account already.
    pub(crate) fn with_account(engine: Engine, account: &str) -> Self {
        let installation = Self::new(engine);
        installation.run(&["account", "create", account]).succeeded();
        installation
    }

    /// That of a running server.
    pub(crate) fn of(folder: &Path, database: String) -> Self {
        Self { folder: folder.to_owned(), database, _own: None }
    }

    /// A command in the folder that knows the database, and nothing from this process's settings.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = command(&self.folder);
        command.args(arguments).args(["--database", &self.database]);
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, "")
    }

    /// With `input` on standard input.
    pub(crate) fn run_with(&self, arguments: &[&str], input: &str) -> Ran {
        run(&mut self.command(arguments), input)
    }

    /// Puts a file into the folder and answers its name.
    pub(crate) fn file<'n>(&self, name: &'n str, text: &str) -> &'n str {
        std::fs::write(self.folder.join(name), text).unwrap();
        name
    }

    /// What the account holds now, by way of `export`.
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

/// Runs to the end.
pub(crate) fn run(command: &mut Command, input: &str) -> Ran {
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    // A command that refuses early does not read to the end.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    Ran {
        status: status.code(),
        out: String::from_utf8(stdout).unwrap(),
        err: String::from_utf8(stderr).unwrap(),
    }
}

/// What a command did.
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

    /// What it printed, as JSON.
    #[track_caller]
    pub(crate) fn json(self) -> Value {
        let ran = self.succeeded();
        serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("not JSON: {ran:?}"))
    }

    /// That it ended with `status`, said `sentence` on standard error and nothing on standard output.
    #[track_caller]
    pub(crate) fn refused(&self, status: i32, sentence: &str) {
        assert_eq!(self.status, Some(status), "{self:?}");
        assert!(self.err.contains(sentence), "{self:?} does not say: {sentence}");
        assert_eq!(self.out, "");
    }
}

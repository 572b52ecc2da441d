//! Runs the real `outbound` binary on a free local port.

use std::fs;
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::time::Duration;

use rustix::process::{Pid, Resource, Rlimit, Signal, prlimit};
use serde_json::Value;

use crate::error::{Error, cannot};
use crate::guard::{Guard, wait_for};

const CREDENTIALS: &str = "credentials.json";
const STDOUT: &str = "stdout.log";
const STDERR: &str = "stderr.log";
const START_TIMEOUT: Duration = Duration::from_secs(30);
/// Longer than the 10 s for which the server waits for open requests.
const STOP_TIMEOUT: Duration = Duration::from_secs(20);

/// A running server. It is stopped and its working folder removed when dropped.
pub struct Server {
    guard: Guard,
    base: String,
    credentials: Value,
    ended: Option<ExitStatus>,
}

impl Server {
    /// Runs `exe serve --listen 127.0.0.1:0 --demo-credentials FILE` followed by `args`, and waits until it
    /// accepts connections. It runs in an empty folder, without this process's `OUTBOUND_…` variables, and
    /// without a rate limit unless `args` sets one, and without the demo's messages.
    pub fn start(exe: &Path, args: &[&str]) -> Result<Self, Error> {
        let exe = fs::canonicalize(exe).map_err(cannot(format!("find {}", exe.display())))?;
        let mut guard = Guard::new("outbound-server-")?;
        let mut command = Command::new(exe);
        command.args(["serve", "--listen", "127.0.0.1:0", "--demo-credentials", CREDENTIALS]).args(args);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("OUTBOUND_") {
                command.env_remove(name);
            }
        }
        command.env("OUTBOUND_REQUESTS_PER_SECOND", "0");
        command.env("OUTBOUND_NO_DEMO_MESSAGES", "1");
        guard.spawn(command, STDOUT, STDERR)?;
        let ready = wait_for(START_TIMEOUT, || match guard.ended()? {
            Some(status) => Err(Error::Ended { program: program(), status, output: guard.read(STDERR) }),
            None => Ok(connect(&guard.read(CREDENTIALS))),
        })?;
        let (base, credentials) =
            ready.ok_or_else(|| late("begin to serve", START_TIMEOUT, guard.read(STDERR)))?;
        Ok(Self { guard, base, credentials, ended: None })
    }

    /// The base URL, such as `http://127.0.0.1:40123`, without a trailing slash.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The content of the `--demo-credentials` file: `base`, `account`, and one object for each type of
    /// credential.
    pub fn credentials(&self) -> &Value {
        &self.credentials
    }

    /// The working folder, which contains the database and key file unless `args` sets other paths.
    pub fn folder(&self) -> &Path {
        self.guard.folder()
    }

    /// The process id, while the server is running.
    pub fn pid(&self) -> Option<u32> {
        self.guard.pid()
    }

    /// Limits the size of files that the process can write, to simulate a full disk; `None` removes the limit.
    pub fn limit_file_size(&self, bytes: Option<u64>) -> Result<(), Error> {
        let pid = self.pid().and_then(|pid| Pid::from_raw(pid.cast_signed()));
        let limit = Rlimit { current: bytes, maximum: None };
        prlimit(pid, Resource::Fsize, limit)
            .map(drop)
            .map_err(|e| cannot("limit the size of files")(std::io::Error::from(e)))
    }

    /// The standard output so far.
    pub fn output(&self) -> String {
        self.guard.read(STDOUT)
    }

    /// The log (standard error) so far.
    pub fn log(&self) -> String {
        self.guard.read(STDERR)
    }

    /// Stops the server with SIGTERM and returns its exit status.
    pub fn stop(&mut self) -> Result<ExitStatus, Error> {
        self.end(Signal::TERM)
    }

    /// Kills the server like `kill -9` and returns its exit status.
    pub fn kill(&mut self) -> Result<ExitStatus, Error> {
        self.end(Signal::KILL)
    }

    fn end(&mut self, signal: Signal) -> Result<ExitStatus, Error> {
        self.ended = match self.ended {
            None => self.guard.end(signal, STOP_TIMEOUT)?,
            ended => ended,
        };
        self.ended.ok_or_else(|| late("end", STOP_TIMEOUT, self.log()))
    }
}

/// Base URL and credentials, once the file is complete and the server accepts connections.
fn connect(file: &str) -> Option<(String, Value)> {
    let credentials: Value = serde_json::from_str(file).ok()?;
    let base = credentials.get("base")?.as_str()?.to_owned();
    let (_, address) = base.split_once("://")?;
    TcpStream::connect(address).ok()?;
    Some((base, credentials))
}

fn late(expected: &'static str, limit: Duration, output: String) -> Error {
    Error::Late { program: program(), expected, limit, output }
}

fn program() -> String {
    "outbound serve".to_owned()
}

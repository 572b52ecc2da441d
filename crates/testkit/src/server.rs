//! The real `outbound` binary, serving on a free port of this machine.

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
const START_LIMIT: Duration = Duration::from_secs(30);
/// Longer than the 10 s that the server gives its open requests.
const STOP_LIMIT: Duration = Duration::from_secs(20);

/// A running server, ended and removed, with whatever it wrote into its working folder, when dropped.
pub struct Server {
    guard: Guard,
    base: String,
    credentials: Value,
    ended: Option<ExitStatus>,
}

impl Server {
    /// Runs `exe serve --listen 127.0.0.1:0 --demo-credentials FILE` with `args` behind it and
    /// waits until it answers. It works in an empty folder, without this process's `OUTBOUND_…`
    /// variables, and without a limit of requests unless `args` sets one.
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
        guard.spawn(command, STDOUT, STDERR)?;
        let ready = wait_for(START_LIMIT, || match guard.ended()? {
            Some(status) => Err(Error::Ended { program: program(), status, output: guard.read(STDERR) }),
            None => Ok(answering(&guard.read(CREDENTIALS))),
        })?;
        let (base, credentials) =
            ready.ok_or_else(|| late("begin to serve", START_LIMIT, guard.read(STDERR)))?;
        Ok(Self { guard, base, credentials, ended: None })
    }

    /// Where it serves, as `http://127.0.0.1:40123`: no slash at the end.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// What `--demo-credentials` wrote: `base`, `account`, and one object for each kind of credential.
    pub fn credentials(&self) -> &Value {
        &self.credentials
    }

    /// The folder it works in, where its database and key file stand unless it was told otherwise.
    pub fn folder(&self) -> &Path {
        self.guard.folder()
    }

    /// Its process id, while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.guard.pid()
    }

    /// Lets no write of the process go beyond this size of a file, as a full disk does; `None` lifts that.
    pub fn limit_file_size(&self, bytes: Option<u64>) -> Result<(), Error> {
        let pid = self.pid().and_then(|pid| Pid::from_raw(pid.cast_signed()));
        let limit = Rlimit { current: bytes, maximum: None };
        prlimit(pid, Resource::Fsize, limit)
            .map(drop)
            .map_err(|e| cannot("limit the size of files")(std::io::Error::from(e)))
    }

    /// What it printed so far for its user.
    pub fn output(&self) -> String {
        self.guard.read(STDOUT)
    }

    /// What it logged so far (its standard error).
    pub fn log(&self) -> String {
        self.guard.read(STDERR)
    }

    /// Asks it to end (SIGTERM) and waits; how it ended.
    pub fn stop(&mut self) -> Result<ExitStatus, Error> {
        self.end(Signal::TERM)
    }

    /// Ends it as `kill -9` does.
    pub fn kill(&mut self) -> Result<ExitStatus, Error> {
        self.end(Signal::KILL)
    }

    fn end(&mut self, signal: Signal) -> Result<ExitStatus, Error> {
        self.ended = match self.ended {
            None => self.guard.end(signal, STOP_LIMIT)?,
            known => known,
        };
        self.ended.ok_or_else(|| late("end", STOP_LIMIT, self.log()))
    }
}

/// Address and credentials, once the file is whole and the address takes connections.
fn answering(file: &str) -> Option<(String, Value)> {
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

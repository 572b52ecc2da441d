//! A temporary folder and one process that works in it, both gone however this process ends.
//!
//! A small shell reads from a pipe whose other end only this process holds. It learns there which
//! process to end; when the pipe closes, be it by a drop, an exit or a `kill -9`, it ends that
//! process and removes the folder.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::error::{Error, cannot};

/// `$1` is the folder. SIGQUIT first: it makes PostgreSQL end its own children and free its memory.
/// The folder is removed twice, for the case that something still wrote into it.
const WATCH: &str = r#"
trap '' HUP INT TERM
while read -r line; do pid=$line; done
if [ "${pid:-0}" -gt 0 ]; then
    kill -QUIT "$pid"
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        kill -0 "$pid" || break
        sleep 0.1
    done
    kill -KILL "$pid"
fi
rm -rf -- "$1" || { sleep 1; rm -rf -- "$1"; }
"#;

/// How often something waited for is looked at.
const TICK: Duration = Duration::from_millis(10);

/// The folder, the process if one runs, and the shell that watches over both.
pub(crate) struct Guard {
    folder: PathBuf,
    watch: Child,
    pipe: Option<ChildStdin>,
    child: Option<Child>,
}

impl Guard {
    /// A new folder under the system's one for temporary files, readable by this user alone.
    pub(crate) fn new(prefix: &str) -> Result<Self, Error> {
        let folder = tempfile::Builder::new().prefix(prefix).tempdir().map_err(cannot("make a folder"))?;
        let mut watch = Command::new("/bin/sh")
            .args(["-c", WATCH, "outbound-testkit-guard"])
            .arg(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Not in our group: what is sent to all of it (Ctrl-C, a runner's time limit) passes by.
            .process_group(0)
            .spawn()
            .map_err(cannot("start /bin/sh"))?;
        let pipe = watch.stdin.take();
        Ok(Self { folder: folder.keep(), watch, pipe, child: None })
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// What a file of the folder holds; empty when there is none.
    pub(crate) fn read(&self, file: &str) -> String {
        fs::read(self.folder.join(file)).map(|b| String::from_utf8_lossy(&b).into_owned()).unwrap_or_default()
    }

    /// Starts the one process: in the folder, nothing on its input, its output in files there.
    pub(crate) fn spawn(&mut self, mut command: Command, stdout: &str, stderr: &str) -> Result<u32, Error> {
        let program = command.get_program().to_string_lossy().into_owned();
        let file = |name| File::create(self.folder.join(name)).map_err(cannot(format!("create {name}")));
        command.current_dir(&self.folder).stdin(Stdio::null()).stdout(file(stdout)?).stderr(file(stderr)?);
        let child = command.spawn().map_err(cannot(format!("start {program}")))?;
        let pid = child.id();
        self.child = Some(child);
        self.tell(pid)?;
        Ok(pid)
    }

    /// The process's id, while one runs.
    pub(crate) fn pid(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// How the process ended, or `None` if it still runs.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>, Error> {
        let Some(child) = &mut self.child else { return Ok(None) };
        let status = child.try_wait().map_err(cannot("wait for a process"))?;
        if status.is_some() {
            self.child = None;
            self.tell(0)?;
        }
        Ok(status)
    }

    /// Sends a signal and waits; `None` if no process ran, or it did not end within the limit.
    pub(crate) fn end(&mut self, signal: Signal, limit: Duration) -> Result<Option<ExitStatus>, Error> {
        if let Some(child) = &self.child {
            kill_process(Pid::from_child(child), signal)
                .map_err(|e| cannot("send a signal")(io::Error::from(e)))?;
        }
        let start = Instant::now();
        while self.child.is_some() && start.elapsed() < limit {
            if let Some(status) = self.ended()? {
                return Ok(Some(status));
            }
            sleep(TICK);
        }
        Ok(None)
    }

    /// Tells the shell which process to end; 0 for none.
    fn tell(&mut self, pid: u32) -> Result<(), Error> {
        match &mut self.pipe {
            Some(pipe) => writeln!(pipe, "{pid}").map_err(cannot("write to the guarding shell")),
            None => Ok(()),
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // Nobody to report to; what fails here the shell does.
        let _ = self.end(Signal::QUIT, Duration::from_secs(5));
        let _ = self.end(Signal::KILL, Duration::from_secs(1));
        self.pipe = None;
        let _ = self.watch.wait();
    }
}

/// Calls `look` until it finds something; `None` when the time is over.
pub(crate) fn wait_for<T>(
    limit: Duration,
    mut look: impl FnMut() -> Result<Option<T>, Error>,
) -> Result<Option<T>, Error> {
    let start = Instant::now();
    while start.elapsed() < limit {
        if let Some(found) = look()? {
            return Ok(Some(found));
        }
        sleep(TICK);
    }
    Ok(None)
}

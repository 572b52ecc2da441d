//! A temporary folder and one process that runs in it. Both are cleaned up however the test process ends.
//!
//! A shell script reads from a pipe whose other end only this process holds. It receives the id of the guarded
//! process through the pipe. When the pipe closes, because of a drop, an exit or `kill -9`, it kills that
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

/// `$1` is the folder. SIGQUIT is sent first, so that PostgreSQL ends its child processes and frees its shared
/// memory. The folder is removed a second time in case a process was still writing to it.
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

const POLL_INTERVAL: Duration = Duration::from_millis(10);

/// The folder, the process if one is running, and the shell that cleans up both.
pub(crate) struct Guard {
    folder: PathBuf,
    watch: Child,
    pipe: Option<ChildStdin>,
    child: Option<Child>,
}

impl Guard {
    /// Creates a folder in the system's temporary folder that only this user can read.
    pub(crate) fn new(prefix: &str) -> Result<Self, Error> {
        let folder = tempfile::Builder::new().prefix(prefix).tempdir().map_err(cannot("make a folder"))?;
        let mut watch = Command::new("/bin/sh")
            .args(["-c", WATCH, "outbound-testkit-guard"])
            .arg(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // In its own process group, so that it survives signals to this group (Ctrl-C, a test runner's timeout).
            .process_group(0)
            .spawn()
            .map_err(cannot("start /bin/sh"))?;
        let pipe = watch.stdin.take();
        Ok(Self { folder: folder.keep(), watch, pipe, child: None })
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The content of a file in the folder; empty if it does not exist.
    pub(crate) fn read(&self, file: &str) -> String {
        fs::read(self.folder.join(file)).map(|b| String::from_utf8_lossy(&b).into_owned()).unwrap_or_default()
    }

    /// Starts the guarded process in the folder, without input and with its output in files there.
    pub(crate) fn spawn(&mut self, mut command: Command, stdout: &str, stderr: &str) -> Result<u32, Error> {
        let program = command.get_program().to_string_lossy().into_owned();
        let file = |name| File::create(self.folder.join(name)).map_err(cannot(format!("create {name}")));
        command.current_dir(&self.folder).stdin(Stdio::null()).stdout(file(stdout)?).stderr(file(stderr)?);
        let child = command.spawn().map_err(cannot(format!("start {program}")))?;
        let pid = child.id();
        self.child = Some(child);
        self.set_guarded_pid(pid)?;
        Ok(pid)
    }

    /// The process id, while the process is running.
    pub(crate) fn pid(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// The exit status, or `None` while the process is running.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>, Error> {
        let Some(child) = &mut self.child else { return Ok(None) };
        let status = child.try_wait().map_err(cannot("wait for a process"))?;
        if status.is_some() {
            self.child = None;
            self.set_guarded_pid(0)?;
        }
        Ok(status)
    }

    /// Sends a signal and waits for the exit. Returns `None` if no process was running, or if it did not exit
    /// within `limit`.
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
            sleep(POLL_INTERVAL);
        }
        Ok(None)
    }

    /// Sets the process that the shell kills; 0 for none.
    fn set_guarded_pid(&mut self, pid: u32) -> Result<(), Error> {
        match &mut self.pipe {
            Some(pipe) => writeln!(pipe, "{pid}").map_err(cannot("write to the guarding shell")),
            None => Ok(()),
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // Errors are ignored, because the shell cleans up what fails here.
        let _ = self.end(Signal::QUIT, Duration::from_secs(5));
        let _ = self.end(Signal::KILL, Duration::from_secs(1));
        self.pipe = None;
        let _ = self.watch.wait();
    }
}

/// Polls `check` until it returns a value; returns `None` after `limit`.
pub(crate) fn wait_for<T>(
    limit: Duration,
    mut check: impl FnMut() -> Result<Option<T>, Error>,
) -> Result<Option<T>, Error> {
    let start = Instant::now();
    while start.elapsed() < limit {
        if let Some(found) = check()? {
            return Ok(Some(found));
        }
        sleep(POLL_INTERVAL);
    }
    Ok(None)
}

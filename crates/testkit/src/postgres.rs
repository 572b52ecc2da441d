//! A temporary PostgreSQL server, started from the installed programs. It listens only on a socket in its
//! temporary folder, not on TCP.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::error::{Error, cannot};
use crate::guard::{Guard, wait_for};
use crate::programs::Programs;
use crate::proxy::Proxy;

const TIMEOUT: Duration = Duration::from_mins(1);
const LOG: &str = "server.log";
const SUPERUSER: &str = "outbound";

/// Test data must survive a killed server but not a crash of the machine, so `synchronous_commit` stays on.
const FAST: [&str; 2] = ["fsync=off", "full_page_writes=off"];

/// A running server, stopped and removed when dropped.
///
/// `stop`, `kill` and `restart` require `&mut`, so a test can only use them on its own server and not on the
/// shared one.
pub struct Postgres {
    guard: Guard,
    programs: Programs,
    settings: Vec<String>,
    databases: AtomicU32,
}

impl Postgres {
    /// The server that all tests of this process share, started by the first call.
    pub fn shared() -> Result<&'static Self, &'static Error> {
        static SHARED: OnceLock<Result<Postgres, Error>> = OnceLock::new();
        SHARED.get_or_init(Self::start).as_ref()
    }

    /// Starts a separate server with `fsync` and similar settings off, for speed.
    pub fn start() -> Result<Self, Error> {
        Self::with_settings(&FAST)
    }

    /// Like [`Self::start`], but with PostgreSQL's default durability, for benchmarks.
    pub fn durable() -> Result<Self, Error> {
        Self::with_settings(&[])
    }

    fn with_settings(settings: &[&str]) -> Result<Self, Error> {
        let programs = Programs::find()?;
        let guard = Guard::new("outbound-postgres-")?;
        programs.hand_over(guard.folder())?;
        let socket = format!("unix_socket_directories={}", guard.folder().display());
        let mut all = vec!["listen_addresses=".to_owned(), socket, "max_connections=200".to_owned()];
        all.extend(settings.iter().map(|&setting| setting.to_owned()));
        let mut server = Self { guard, programs, settings: all, databases: AtomicU32::new(0) };
        server.initialise()?;
        server.restart()?;
        Ok(server)
    }

    /// Creates an empty database. Returns its URL, which works for sqlx and `psql`.
    pub fn database(&self) -> Result<String, Error> {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let mut createdb = self.programs.client("createdb");
        createdb.arg("--host").arg(self.guard.folder()).args(["--username", SUPERUSER, &name]);
        run(createdb, "createdb")?;
        Ok(format!("postgres:///{name}?host={}&user={SUPERUSER}", self.guard.folder().display()))
    }

    /// Creates a database from a `pg_dump` file. Returns its URL.
    pub fn restored(&self, dump: &Path) -> Result<String, Error> {
        let url = self.database()?;
        let mut psql = self.programs.client("psql");
        psql.args(["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--file"]);
        psql.arg(dump).arg(&url);
        run(psql, "psql")?;
        Ok(url)
    }

    /// A command for a client program, such as `pg_dump`, that connects to this server by default.
    pub fn client(&self, program: &str) -> Command {
        let mut command = self.programs.client(program);
        command.env("PGHOST", self.guard.folder()).env("PGUSER", SUPERUSER);
        command
    }

    /// The folder of the server's socket, which is the `host` in its URLs.
    pub fn folder(&self) -> &Path {
        self.guard.folder()
    }

    /// Appends lines to `postgresql.conf` and reloads it.
    pub fn configure(&self, lines: &str) -> Result<(), Error> {
        let mut file = OpenOptions::new()
            .append(true)
            .open(self.guard.folder().join("data/postgresql.conf"))
            .map_err(cannot("open postgresql.conf"))?;
        file.write_all(format!("\n{lines}\n").as_bytes()).map_err(cannot("write postgresql.conf"))?;
        let pid = self.pid().and_then(|pid| Pid::from_raw(pid.cast_signed()));
        let Some(pid) = pid else { return Ok(()) };
        kill_process(pid, Signal::HUP).map_err(|error| cannot("signal PostgreSQL")(error.into()))
    }

    /// Starts a standby that replicates this server under the application name `name`.
    pub fn standby(&self, name: &str) -> Result<Self, Error> {
        let guard = Guard::new("outbound-standby-")?;
        self.programs.hand_over(guard.folder())?;
        let primary =
            format!("host={} user={SUPERUSER} application_name={name}", self.guard.folder().display());
        let mut backup = self.programs.server("pg_basebackup");
        backup.current_dir(guard.folder()).args(["--pgdata=data", "--write-recovery-conf", "--no-sync"]);
        backup.args(["--checkpoint=fast", "--dbname", &primary]);
        run(backup, "pg_basebackup")?;
        let mut settings = self.settings.clone();
        settings.push(format!("unix_socket_directories={}", guard.folder().display()));
        let mut server =
            Self { guard, programs: self.programs.clone(), settings, databases: AtomicU32::new(0) };
        server.restart()?;
        Ok(server)
    }

    /// Promotes a standby to primary.
    pub fn promote(&self) -> Result<(), Error> {
        let mut promote = self.programs.server("pg_ctl");
        promote.current_dir(self.guard.folder()).args(["promote", "--wait", "--pgdata=data"]);
        run(promote, "pg_ctl")
    }

    /// Starts a proxy in front of the server that listens on `address`, such as `127.0.0.1:0`.
    pub fn proxy(&self, address: &str) -> Result<Proxy, Error> {
        Proxy::start(address, self.guard.folder().join(".s.PGSQL.5432"))
    }

    /// The server's process id, while it is running.
    pub fn pid(&self) -> Option<u32> {
        self.guard.pid()
    }

    /// Stops the server with a "fast shutdown", which closes connections.
    pub fn stop(&mut self) -> Result<(), Error> {
        self.end(Signal::INT)
    }

    /// Kills the server like `kill -9`.
    pub fn kill(&mut self) -> Result<(), Error> {
        self.end(Signal::KILL)
    }

    /// Restarts the server with the same data and address.
    pub fn restart(&mut self) -> Result<(), Error> {
        self.stop()?;
        self.launch()?;
        let ready = wait_for(TIMEOUT, || {
            if let Some(status) = self.guard.ended()? {
                let output = self.guard.read(LOG);
                // After a kill, the last connections hold the server's shared memory for a moment.
                if !output.contains("pre-existing shared memory block") {
                    return Err(Error::Ended { program: "postgres".to_owned(), status, output });
                }
                self.launch()?;
            }
            Ok(self.is_ready().then_some(()))
        })?;
        ready.ok_or_else(|| self.late("accept connections"))
    }

    fn initialise(&self) -> Result<(), Error> {
        let mut initdb = self.programs.server("initdb");
        initdb
            .current_dir(self.guard.folder())
            .args(["--pgdata=data", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"])
            .arg(format!("--username={SUPERUSER}"));
        run(initdb, "initdb")
    }

    fn launch(&mut self) -> Result<(), Error> {
        let mut postgres = self.programs.server("postgres");
        postgres.args(["-D", "data"]);
        for setting in &self.settings {
            postgres.args(["-c", setting]);
        }
        self.guard.spawn(postgres, "stdout.log", LOG).map(drop)
    }

    /// The first line of `postmaster.pid` is the process id. The eighth line is `ready` once the server accepts
    /// connections, or `standby` where it only reads.
    fn is_ready(&self) -> bool {
        let file = self.guard.read("data/postmaster.pid");
        let mut lines = file.lines().map(str::trim);
        lines.next().map(str::to_owned) == self.pid().map(|pid| pid.to_string())
            && matches!(lines.nth(6), Some("ready" | "standby"))
    }

    fn end(&mut self, signal: Signal) -> Result<(), Error> {
        let ran = self.pid().is_some();
        let ended = self.guard.end(signal, TIMEOUT)?.is_some();
        if ran && !ended { Err(self.late("end")) } else { Ok(()) }
    }

    fn late(&self, expected: &'static str) -> Error {
        Error::Late { program: "postgres".to_owned(), expected, limit: TIMEOUT, output: self.guard.read(LOG) }
    }
}

/// Runs a program until it exits successfully.
fn run(mut command: Command, program: &str) -> Result<(), Error> {
    let output = command.output().map_err(cannot(format!("start {program}")))?;
    if output.status.success() {
        return Ok(());
    }
    let printed = [output.stdout, output.stderr].concat();
    Err(Error::Ended {
        program: program.to_owned(),
        status: output.status,
        output: String::from_utf8_lossy(&printed).into_owned(),
    })
}

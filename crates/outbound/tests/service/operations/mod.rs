//! Runs each example of docs/operations.md. Only addresses and paths are replaced.

mod backup;
mod disk_full;
mod failover;
mod haproxy;
mod metrics;
mod monitoring;
mod nginx;
mod no_database;
mod pgbouncer;
mod two_nodes;

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::http::send;
use crate::support::{ACCOUNT, Response};

const OPERATIONS: &str = include_str!("../../../../../docs/operations.md");
const STARTUP_TIMEOUT: Duration = Duration::from_secs(30);

/// The example in this language, with the addresses and paths of the document replaced. Each must occur.
#[track_caller]
fn example(language: &str, replacements: &[(&str, &str)]) -> String {
    let fence = format!("```{language}\n");
    let (_, rest) = OPERATIONS.split_once(&fence).unwrap_or_else(|| panic!("no example in {language}"));
    let text = rest.split("```").next().unwrap().to_owned();
    replacements.iter().fold(text, |text, (from, to)| {
        assert!(text.contains(from), "the example in {language} does not contain: {from}");
        text.replace(from, to)
    })
}

/// A port that was free a moment ago.
fn free_port() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string()
}

/// A process that is killed when dropped.
struct Daemon(Child);

impl Daemon {
    /// Starts a program in `folder` and waits until it listens on `port`.
    #[track_caller]
    fn start(folder: &Path, program: &str, arguments: &[&str], port: &str) -> Self {
        // Debian installs daemons in /usr/sbin, which is only in the PATH of root.
        let path = format!("{}:/usr/sbin", std::env::var("PATH").unwrap_or_default());
        let log = std::fs::File::create(folder.join("daemon.log")).unwrap();
        let mut command = Command::new("/usr/bin/env");
        command.arg(program).args(arguments).env("PATH", path).current_dir(folder);
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        let mut daemon = Self(command.spawn().unwrap());
        let started = Instant::now();
        while std::net::TcpStream::connect(format!("127.0.0.1:{port}")).is_err() {
            let log = std::fs::read_to_string(folder.join("daemon.log")).unwrap_or_default();
            assert_eq!(
                daemon.0.try_wait().unwrap(),
                None,
                "{program} ended (./scripts/test installs it): {log}"
            );
            assert!(started.elapsed() < STARTUP_TIMEOUT, "{program} does not listen: {log}");
            sleep(Duration::from_millis(20));
        }
        daemon
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A valid handoff with this name.
fn handoff(name: &str) -> String {
    json!({"name": name, "channels": [{
        "type": "sms-twilio", "language": "en", "outboundnumber": "+14155550123", "messageComponents": [{
            "type": "body", "content": "Your tea is ready.", "optOut": "Reply STOP to opt out, HELP for help.",
        }],
    }]})
    .to_string()
}

/// Logs in and returns the bearer token.
fn bearer(base: &str, user: &Value) -> String {
    let (path, body) = writes(user, "").pop().unwrap();
    let login = send("POST", &format!("{base}{path}"), &[("content-type", "application/json")], &body);
    login.json()["bearer"].as_str().unwrap_or_else(|| panic!("{login:?}")).to_owned()
}

/// Different requests that write: path and body. The last is a login.
fn writes(user: &Value, name: &str) -> Vec<(String, String)> {
    let manage = |path: &str| format!("/manage/v1/accounts/{ACCOUNT}/{path}");
    let login = json!({"username": user["username"], "password": user["password"]}).to_string();
    vec![
        (manage("handoffs"), handoff(name)),
        (manage("webhooks"), json!({"url": "https://example.invalid/hook"}).to_string()),
        (format!("/api/account/{ACCOUNT}/login?v=1.3"), login),
    ]
}

/// Asserts that the response is 503 with `Retry-After`.
#[track_caller]
fn assert_unavailable(what: &str, response: &Response) {
    assert_eq!(
        (response.status, response.header("retry-after").is_empty()),
        (503, false),
        "{what}: {response:?}"
    );
}

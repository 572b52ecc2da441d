//! Two nodes with the documented settings file.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use outbound_testkit::{Postgres, Server};
use tempfile::TempDir;

use super::{Daemon, example, free_port};
use crate::support::OUTBOUND;
use crate::support::http::send;

/// Time until a line is in the log.
const LOG_TIMEOUT: Duration = Duration::from_secs(10);

/// Writes the documented `outbound.toml` for this machine into `folder`; the key file is beside it.
fn configure(folder: &Path, database: &str, port: &str) -> String {
    let key = folder.join("outbound.key").display().to_string();
    let settings = example(
        "toml",
        &[
            ("10.0.0.11:8080", &format!("127.0.0.1:{port}")),
            ("postgres://outbound@db.internal/outbound?sslmode=verify-full", database),
            ("/etc/outbound/outbound.key", &key),
            ("10.0.0.10/32", "127.0.0.1/32"),
        ],
    );
    fs::write(folder.join("outbound.toml"), settings).unwrap();
    key
}

#[test]
fn the_second_node_starts_with_the_key_of_the_first() {
    let database = Postgres::shared().unwrap().database().unwrap();
    let folders = [TempDir::new().unwrap(), TempDir::new().unwrap()];
    let ports = [free_port(), free_port()];
    let keys = [0, 1].map(|node| configure(folders[node].path(), &database, &ports[node]));
    let start = |node: usize| Daemon::start(folders[node].path(), OUTBOUND, &["serve"], &ports[node]);
    let ready = |port: &str| send("GET", &format!("http://127.0.0.1:{port}/readyz"), &[], "");
    let _first = start(0);
    // The node is ready after it has created its key and secrets.
    assert_eq!(ready(&ports[0]).status, 200);
    fs::copy(&keys[0], &keys[1]).unwrap();
    assert_eq!(fs::metadata(&keys[1]).unwrap().permissions().mode() & 0o777, 0o600);
    let _second = start(1);
    assert_eq!(ready(&ports[1]).text(), "ready");
}

#[test]
fn a_node_knows_the_clients_of_the_proxy() {
    let database = Postgres::shared().unwrap().database().unwrap();
    let (folder, port) = (TempDir::new().unwrap(), free_port());
    configure(folder.path(), &database, &port);
    let _node = Daemon::start(folder.path(), OUTBOUND, &["serve"], &port);
    send("GET", &format!("http://127.0.0.1:{port}/login"), &[("X-Forwarded-For", "192.0.2.7")], "");
    let log = || fs::read_to_string(folder.path().join("daemon.log")).unwrap();
    let started = Instant::now();
    while !log().contains("client=192.0.2.7") {
        assert!(started.elapsed() < LOG_TIMEOUT, "{}", log());
        sleep(Duration::from_millis(10));
    }
}

/// Each node creates a key file, but the secrets of the installation are encrypted with only one of the keys.
#[test]
fn of_two_nodes_started_together_without_a_key_file_one_reports_the_missing_key() {
    let database = Postgres::shared().unwrap().database().unwrap();
    let start = || Server::start(OUTBOUND.as_ref(), &["--database", &database]);
    let (first, second) = thread::scope(|scope| {
        let other = scope.spawn(start);
        (start(), other.join().unwrap())
    });
    let ((Ok(_), Err(rejected)) | (Err(rejected), Ok(_))) = (&first, &second) else {
        panic!("not exactly one node started: {:?} {:?}", first.err(), second.err())
    };
    let rejected = rejected.to_string();
    // The other node finds the secrets either before or after it has created a key.
    let sentences = ["the key file outbound.key is missing", "the key in outbound.key does not decrypt"];
    assert!(sentences.iter().any(|sentence| rejected.contains(sentence)), "{rejected}");
    assert!(!rejected.contains("internal error"), "{rejected}");
}

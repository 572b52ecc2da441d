//! Two nodes from the documented settings file.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use outbound_testkit::Postgres;
use tempfile::TempDir;

use super::{Daemon, example, free_port};
use crate::support::OUTBOUND;
use crate::support::http::send;

/// Writes the documented `outbound.toml` for this machine into `folder`; the key file stands beside it.
fn configure(folder: &Path, database: &str, port: &str) -> String {
    let key = folder.join("outbound.key").display().to_string();
    let settings = example(
        "toml",
        &[
            ("10.0.0.11:8080", &format!("127.0.0.1:{port}")),
            ("postgres://outbound@db.internal/outbound?sslmode=verify-full", database),
            ("/etc/outbound/outbound.key", &key),
        ],
    );
    fs::write(folder.join("outbound.toml"), settings).unwrap();
    key
}

#[test]
fn the_second_node_starts_with_the_first_ones_key() {
    let database = Postgres::shared().unwrap().database().unwrap();
    let folders = [TempDir::new().unwrap(), TempDir::new().unwrap()];
    let ports = [free_port(), free_port()];
    let keys = [0, 1].map(|node| configure(folders[node].path(), &database, &ports[node]));
    let start = |node: usize| Daemon::start(folders[node].path(), OUTBOUND, &["serve"], &ports[node]);
    let ready = |port: &str| send("GET", &format!("http://127.0.0.1:{port}/readyz"), &[], "");
    let _first = start(0);
    // It answers once it has made its key and secrets.
    assert_eq!(ready(&ports[0]).status, 200);
    fs::copy(&keys[0], &keys[1]).unwrap();
    assert_eq!(fs::metadata(&keys[1]).unwrap().permissions().mode() & 0o777, 0o600);
    let _second = start(1);
    assert_eq!(ready(&ports[1]).text(), "ready");
}

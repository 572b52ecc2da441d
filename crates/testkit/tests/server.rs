//! Starting and stopping the binary, tested with a substitute that behaves like it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;

use outbound_testkit::Server;
use tempfile::TempDir;

/// Creates an executable shell script.
fn script(folder: &TempDir, commands: &str) -> PathBuf {
    let path = folder.path().join("server");
    fs::write(&path, format!("#!/bin/sh\n{commands}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// This test program, run as the server.
fn fake_server(folder: &TempDir) -> PathBuf {
    let program = std::env::current_exe().unwrap();
    let run = format!("exec '{}' --ignored --exact serve --nocapture", program.display());
    script(folder, &format!("echo \"$@\"; echo log >&2; FILE=$5 {run}"))
}

#[test]
#[ignore = "runs as the substitute for the binary"]
fn serve() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let file = std::env::var_os("FILE").unwrap();
    fs::write(file, format!(r#"{{"base":"{base}","account":"12345678"}}"#)).unwrap();
    sleep(Duration::from_mins(1));
}

#[test]
fn the_server_runs_until_it_is_stopped() {
    let folder = TempDir::new().unwrap();
    let mut server = Server::start(&fake_server(&folder), &["--demo"]).unwrap();
    assert!(server.base().starts_with("http://127.0.0.1:"));
    assert_eq!(server.credentials()["account"], "12345678");
    assert!(
        server.output().starts_with("serve --listen 127.0.0.1:0 --demo-credentials credentials.json --demo")
    );
    assert_eq!(server.log(), "log\n");
    assert!(server.pid().is_some());
    assert_eq!(server.stop().unwrap().signal(), Some(15));
    assert_eq!(server.kill().unwrap().signal(), Some(15));
    assert_eq!(server.pid(), None);
}

#[test]
fn dropping_a_server_stops_it_and_removes_its_folder() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(&fake_server(&folder), &[]).unwrap();
    let process = PathBuf::from(format!("/proc/{}", server.pid().unwrap()));
    let folder = fs::read_link(process.join("cwd")).unwrap();
    drop(server);
    assert!(!process.exists());
    assert!(!folder.exists());
}

#[test]
fn the_error_of_a_failed_start_contains_the_log() {
    let folder = TempDir::new().unwrap();
    let exe = script(&folder, "echo the port is taken >&2; exit 3");
    let Err(error) = Server::start(&exe, &[]) else { panic!("it started") };
    assert_eq!(error.to_string(), "outbound serve ended with exit status: 3:\nthe port is taken\n");
}

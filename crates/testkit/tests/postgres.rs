//! The temporary server works, survives faults and is cleaned up.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use outbound_testkit::Postgres;

/// The output of `psql` for one statement.
fn query(url: &str, sql: &str) -> Result<String, String> {
    let psql = Command::new("psql").args(["--no-psqlrc", "-qAt", url, "-c", sql]).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap().trim().to_owned();
    if psql.status.success() { Ok(text(psql.stdout)) } else { Err(text(psql.stderr)) }
}

/// The temporary folder, which contains the socket named in the URL.
fn folder(url: &str) -> &str {
    url.split_once("?host=").unwrap().1.split_once('&').unwrap().0
}

fn is_gone(folder: &str, pid: u32) -> bool {
    let start = Instant::now();
    let exists = || Path::new(folder).exists() || Path::new(&format!("/proc/{pid}/exe")).exists();
    while exists() && start.elapsed() < Duration::from_secs(30) {
        sleep(Duration::from_millis(20));
    }
    !exists()
}

#[test]
fn every_test_gets_an_empty_database_of_the_shared_server() {
    let server = Postgres::shared().unwrap();
    let (first, second) = (server.database().unwrap(), server.database().unwrap());
    query(&first, "CREATE TABLE t (c int)").unwrap();
    assert_eq!(query(&second, "SELECT count(*) FROM pg_tables WHERE tablename = 't'").unwrap(), "0");
    assert_eq!(query(&first, "SHOW server_encoding").unwrap(), "UTF8");
    assert_eq!(Postgres::shared().unwrap().pid(), server.pid());
}

#[test]
fn the_server_listens_only_on_its_socket() {
    let url = Postgres::shared().unwrap().database().unwrap();
    assert_eq!(query(&url, "SHOW listen_addresses").unwrap(), "");
    assert_eq!(query(&url, "SHOW unix_socket_directories").unwrap(), folder(&url));
}

#[test]
fn only_durable_servers_use_fsync() {
    for (server, expected) in [(Postgres::start().unwrap(), "off"), (Postgres::durable().unwrap(), "on")] {
        let url = server.database().unwrap();
        assert_eq!(query(&url, "SHOW fsync").unwrap(), expected);
    }
}

#[test]
fn data_survives_stop_and_kill() {
    let mut server = Postgres::start().unwrap();
    let url = server.database().unwrap();
    query(&url, "CREATE TABLE t (c int)").unwrap();
    for (fault, rows) in [(Postgres::stop as fn(&mut Postgres) -> _, "1"), (Postgres::kill, "2")] {
        query(&url, "INSERT INTO t VALUES (1)").unwrap();
        fault(&mut server).unwrap();
        assert!(query(&url, "SELECT 1").is_err());
        server.restart().unwrap();
        assert_eq!(query(&url, "SELECT count(*) FROM t").unwrap(), rows);
    }
}

#[test]
fn dropping_a_server_removes_everything() {
    let server = Postgres::start().unwrap();
    let (url, pid) = (server.database().unwrap(), server.pid().unwrap());
    assert!(Path::new(folder(&url)).exists());
    drop(server);
    assert!(is_gone(folder(&url), pid));
}

#[test]
fn killing_the_test_process_removes_everything() {
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "hold_a_server", "--nocapture"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let line = lines.map(Result::unwrap).find(|line| line.starts_with("held ")).unwrap();
    let mut words = line.split(' ').skip(1);
    let (pid, url) = (words.next().unwrap().parse().unwrap(), words.next().unwrap().to_owned());
    assert_eq!(query(&url, "SELECT 1").unwrap(), "1");
    process.kill().unwrap();
    process.wait().unwrap();
    assert!(is_gone(folder(&url), pid));
}

#[test]
#[ignore = "the process that killing_the_test_process_removes_everything kills"]
fn hold_a_server() {
    let server = Postgres::shared().unwrap();
    println!("\nheld {} {}", server.pid().unwrap(), server.database().unwrap());
    std::io::stdout().flush().unwrap();
    sleep(Duration::from_mins(1));
}

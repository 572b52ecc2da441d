//! A server from startup to shutdown: demo data, key file, log, signals, other processes on its database.

use std::fs::{self, DirEntry, Permissions};
use std::io::{self, Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;

use outbound_testkit::Server;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::support::{
    ACCOUNT, Engine, Installation, LIST, OUTBOUND, Service, connect_and_send, eventually, handoffs,
    on_both_engines, raw,
};

on_both_engines!(
    demo_data_is_added_only_to_an_empty_database,
    commands_work_while_a_server_runs,
    no_secret_reaches_the_log_or_the_database,
    files_are_readable_only_by_their_owner,
    a_server_without_its_key_file_does_not_start,
    a_signal_stops_a_server_with_status_zero,
);

/// Starts a server with the database of `installation`, in another folder.
fn serve(installation: &Installation, arguments: &[&str]) -> Result<Server, String> {
    let database = installation.database.strip_prefix("sqlite:");
    let database = database.map(|file| format!("sqlite:{}", installation.folder.join(file).display()));
    let database = database.unwrap_or_else(|| installation.database.clone());
    let arguments = [&["--database", &database], arguments].concat();
    Server::start(Path::new(OUTBOUND), &arguments).map_err(|error| error.to_string())
}

fn demo_data_is_added_only_to_an_empty_database(engine: Engine) {
    let installation = Installation::with_account(engine, "1");
    let server = serve(&installation, &["--demo"]).unwrap();
    assert!(server.output().contains("so no demo data was added"), "{}", server.output());
    assert_eq!(server.credentials()["oauth2"], Value::Null);
    let accounts = installation.run(&["account", "list", "--json"]).json();
    assert_eq!((accounts.as_array().unwrap().len(), &accounts[0]["account"]), (1, &json!("1")));
}

fn commands_work_while_a_server_runs(engine: Engine) {
    let service = Service::start(engine);
    let installation = &service.installation;
    assert_eq!(installation.exported(ACCOUNT), service.get(&format!("{LIST}?v=1")).json());
    let more = Value::from(handoffs("New", 3)).to_string();
    installation.run_with(&["import", "--account", ACCOUNT, "-"], &more).succeeded();
    let rest = || service.get(&format!("{LIST}?v=1&offset=15"));
    let list = eventually(rest, |response| response.header("x-total-count") != "15");
    assert_eq!((list.header("x-total-count"), list.json()), ("18", Value::from(handoffs("New", 3))));
}

fn no_secret_reaches_the_log_or_the_database(engine: Engine) {
    let mut service = Service::start_with(engine, &["--log", "debug"]);
    let (id, secret) = (service.client.id.clone(), service.client.secret.clone());
    let token = format!("/sentinel/api/account/{ACCOUNT}/app/token");
    service.send("POST", &format!("{token}?client_id={id}&client_secret={secret}"), &[], "");
    service.send("POST", &token, &[], &format!("client_id={id}&client_secret=x{secret}"));
    service.get(&format!("{LIST}?v=1&access_token={}", service.token));
    service.get_as(&format!("{}x", service.token), &format!("{LIST}?v=1"));
    // After the stop, the log is complete.
    service.server.stop().unwrap();
    let log = service.server.log();
    assert!(log.contains("answered") && log.contains(&id), "{log}");
    let signature = service.token.rsplit('.').next().unwrap();
    for word in [secret.as_str(), signature] {
        assert!(!log.contains(word), "{log}");
    }
    assert_eq!(
        service.server.output().matches(secret.as_str()).count(),
        2,
        "the secret is in the line of the client and in the curl command"
    );
    for (name, bytes, _) in files(service.server.folder()) {
        let has_secret = bytes.windows(64).any(|window| window == secret.as_bytes());
        assert_eq!(has_secret, matches!(&*name, "credentials.json" | "stdout.log"), "{name}");
    }
}

/// Name, content and mode of each file.
fn files(folder: &Path) -> Vec<(String, Vec<u8>, u32)> {
    let file = |entry: io::Result<DirEntry>| {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap(), mode)
    };
    fs::read_dir(folder).unwrap().map(file).collect()
}

fn files_are_readable_only_by_their_owner(engine: Engine) {
    let service = Service::shared(engine);
    let files = files(service.server.folder());
    let mut private = files.iter().filter(|(name, ..)| !name.ends_with("log"));
    assert!(private.clone().count() >= 2, "files of credentials and key");
    assert!(
        private.all(|(.., mode)| *mode == 0o600),
        "{:?}",
        files.iter().map(|(name, _, mode)| (name, mode)).collect::<Vec<_>>()
    );
}

fn a_server_without_its_key_file_does_not_start(engine: Engine) {
    let installation = Installation::new(engine);
    let (key, backup) = (installation.folder.join("the.key"), installation.folder.join("kept.key"));
    let key_file = ["--key-file", key.to_str().unwrap()];
    let mut server = serve(&installation, &key_file).unwrap();
    assert!(server.stop().unwrap().success());
    fs::rename(&key, &backup).unwrap();
    let rejected = serve(&installation, &key_file).err().unwrap();
    assert!(rejected.contains("the.key is missing") && rejected.contains("restore the file"), "{rejected}");
    assert!(!key.exists(), "a new key was created, which cannot decrypt anything");
    for (text, sentence) in
        [("zz", "the.key: the installation key must be 64"), (&"7".repeat(64), "another installation key")]
    {
        fs::write(&key, text).unwrap();
        fs::set_permissions(&key, Permissions::from_mode(0o600)).unwrap();
        let rejected = serve(&installation, &key_file).err().unwrap();
        assert!(rejected.contains(sentence) && rejected.contains("the.key"), "{rejected}");
        assert!(!rejected.contains("internal error"), "{rejected}");
    }
    fs::rename(&backup, &key).unwrap();
    serve(&installation, &key_file).unwrap();
}

#[test]
fn a_key_file_that_others_can_access_is_rejected() {
    let installation = Installation::with_account(Engine::Sqlite, "1");
    let key = installation.folder.join("outbound.db.key");
    let client = ["client", "create", "--account", "1"];
    for mode in [0o640, 0o604, 0o620, 0o666] {
        fs::set_permissions(&key, Permissions::from_mode(mode)).unwrap();
        let rejected = installation.run(&client);
        rejected.failed(1, &format!("outbound.db.key has mode {mode:04o}"));
        rejected.failed(1, "run: chmod 600 outbound.db.key");
    }
    fs::set_permissions(&key, Permissions::from_mode(0o400)).unwrap();
    installation.run(&client).succeeded();
    // Only root can change the owner of a file.
    if std::os::unix::fs::chown(&key, Some(65_534), None).is_ok() {
        installation.run(&client).failed(1, "outbound.db.key belongs to the user with id 65534");
    }
}

/// Sends a signal to a running server.
fn send_signal(server: &Server, signal: Signal) {
    let pid = i32::try_from(server.pid().unwrap()).unwrap();
    kill_process(Pid::from_raw(pid).unwrap(), signal).unwrap();
}

#[test]
fn a_second_signal_stops_the_server_immediately() {
    let mut service = Service::start(Engine::Sqlite);
    // A request without its body: the server would wait for the body until the drain time is over.
    let head = format!(
        "POST /sentinel/api/account/{ACCOUNT}/app/token HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n"
    );
    let _open = connect_and_send(service.server.base(), head.as_bytes());
    // The server has accepted that connection, because it was opened before this one.
    assert_eq!(service.get("/healthz").text(), "ok");
    send_signal(&service.server, Signal::INT);
    eventually(|| service.server.log(), |log| log.contains("a second signal stops immediately"));
    assert_eq!(service.server.stop().unwrap().code(), Some(1));
    let log = service.server.log();
    assert!(log.contains("stopped by a second signal"), "{log}");
    assert!(!log.contains("closed connections that were still busy"), "{log}");
}

#[test]
fn sighup_reloads_settings_and_keeps_connections_open() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("outbound.toml");
    fs::write(&file, "max_connections = 50\n").unwrap();
    let config = ["--config", file.to_str().unwrap()];
    let service = Service::start_with(Engine::Sqlite, &config);
    let mut open = connect_and_send(service.server.base(), b"GET /healthz HTTP/1.1\r\nHost: x\r\n");
    let logs_forwarded_address = || {
        service.send("GET", "/healthz", &[("x-forwarded-for", "192.0.2.7")], "");
        service.server.log().contains("client=192.0.2.7 ")
    };
    assert!(!logs_forwarded_address());
    fs::write(&file, "max_connections = 51\ntrusted_proxies = [\"127.0.0.0/8\"]\n").unwrap();
    send_signal(&service.server, Signal::HUP);
    let reloaded = "reloaded the settings applied=trusted-proxies needs_restart=max-connections\n";
    let log = eventually(|| service.server.log(), |log| log.contains(reloaded));
    assert!(log.contains(reloaded), "{log}");
    assert!(eventually(logs_forwarded_address, |logged| *logged));

    fs::write(&file, "trusted_proxies = 7\n").unwrap();
    send_signal(&service.server, Signal::HUP);
    let log = eventually(|| service.server.log(), |log| log.contains("kept the old settings"));
    assert!(log.contains("kept the old settings"), "{log}");
    assert!(logs_forwarded_address());
    open.write_all(b"Connection: close\r\n\r\n").unwrap();
    let mut response = String::new();
    open.read_to_string(&mut response).unwrap();
    assert!(response.starts_with("HTTP/1.1 200"), "{response}");
}

/// The default soft limit is low, because it is meant for programs that use `select`.
#[test]
fn the_server_raises_its_open_file_limit_to_the_hard_limit() {
    let installation = Installation::new(Engine::Sqlite);
    let serve = format!("ulimit -Sn 300; ulimit -Hn 700; exec {OUTBOUND} serve --listen 127.0.0.1:0");
    let mut command = std::process::Command::new("sh");
    command.args(["-c", &serve]).current_dir(&installation.folder).stdout(Stdio::null());
    let mut server = command.stderr(Stdio::null()).spawn().unwrap();
    let limits = || fs::read_to_string(format!("/proc/{}/limits", server.id())).unwrap();
    let files = |limits: &str| {
        let line = limits.lines().find(|line| line.starts_with("Max open files")).unwrap();
        line.split_whitespace().skip(3).take(2).map(str::to_owned).collect::<Vec<_>>()
    };
    let raised = eventually(|| files(&limits()), |files| *files == ["700", "700"]);
    server.kill().unwrap();
    server.wait().unwrap();
    assert_eq!(raised, ["700", "700"]);
}

fn a_signal_stops_a_server_with_status_zero(engine: Engine) {
    let mut service = Service::start(engine);
    let base = service.server.base().to_owned();
    assert_eq!(raw(&base, b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").body, b"ready");
    // This connection stays open and idle.
    assert_eq!(service.get("/healthz").text(), "ok");
    assert!(service.server.stop().unwrap().success());
    assert!(service.server.log().contains("stopping"));
}

#[test]
fn an_address_in_use_is_reported() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let installation = Installation::new(Engine::Sqlite);
    let rejected = installation.run(&["serve", "--listen", &address]);
    rejected.failed(1, &format!("cannot listen on {address}: Address already in use"));
}

//! Clients that disconnect before the response, on real sockets and both engines. Their requests are
//! completed, and nothing is lost or stays locked.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::Write;
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use outbound_store::Catalogue as _;
use outbound_store_sql::{Options, SqlStore};
use outbound_testkit::{Postgres, Server};
use serde_json::{Value, json};
use tempfile::TempDir;

const EXE: &str = env!("CARGO_BIN_EXE_outbound");
const ACCOUNT: &str = "12345678";
const PASSWORD: &str = "correct horse";
const COMPLETION_TIMEOUT: Duration = Duration::from_mins(1);

struct Installation {
    server: Server,
    database: String,
    _folder: TempDir,
}

impl Installation {
    fn on(postgres: bool, options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = if postgres {
            Postgres::shared().unwrap().database().unwrap()
        } else {
            format!("sqlite:{}", folder.path().join("outbound.db").display())
        };
        let key = folder.path().join("key").display().to_string();
        let required = ["--database", &database, "--key-file", &key, "--requests-per-second", "0"];
        let server = Server::start(Path::new(EXE), &[&required[..], options].concat()).unwrap();
        Self { server, database, _folder: folder }
    }

    /// Posts a body and disconnects while the request is processed.
    fn post_and_disconnect(&self, path: &str, headers: &str, body: &str) {
        let address = self.server.base().trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).unwrap();
        let length = body.len();
        let head =
            format!("POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Length: {length}\r\n{headers}");
        stream.write_all(format!("{head}\r\n{body}").as_bytes()).unwrap();
        std::thread::sleep(Duration::from_millis(50));
    }

    fn post(&self, path: &str, media_type: &str, body: &str) -> (u16, String) {
        let agent = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build();
        let request = agent.new_agent().post(format!("{}{path}", self.server.base()));
        let mut response = request.header("content-type", media_type).send(body).unwrap();
        (response.status().as_u16(), response.body_mut().read_to_string().unwrap())
    }

    fn log_in(&self, username: &str, password: &str) -> (u16, Value) {
        let body = json!({ "username": username, "password": password }).to_string();
        let path = format!("/api/account/{ACCOUNT}/login?v=1.3");
        let (status, body) = self.post(&path, "application/json", &body);
        (status, serde_json::from_str(&body).unwrap_or_default())
    }
}

fn setup_creates_an_administrator_or_keeps_the_code_valid(postgres: bool) {
    let installation = Installation::on(postgres, &[]);
    let is_code = |line: &&str| line.len() == 23 && line.matches('-').count() == 3;
    let started = Instant::now();
    let code = loop {
        let output = installation.server.output();
        if let Some(code) = output.lines().map(str::trim).find(is_code) {
            break code.to_owned();
        }
        assert!(started.elapsed() < COMPLETION_TIMEOUT, "no code was shown: {output}");
        std::thread::sleep(Duration::from_millis(10));
    };
    let form = format!(
        "code={code}&account={ACCOUNT}&username=anna&password=correct+horse&password-again=correct+horse"
    );
    let media_type = "application/x-www-form-urlencoded";
    installation.post_and_disconnect("/setup", &format!("Content-Type: {media_type}\r\n"), &form);
    // Either the first request has completed (404), or the code is still valid (303).
    let (status, page) = installation.post("/setup", media_type, &form);
    assert!([303, 404].contains(&status), "{status} {page}");
    assert_eq!(installation.log_in("anna", PASSWORD).0, 200);
}

fn repeated_interrupted_logins_do_not_lock_the_user_out(postgres: bool) {
    let installation = Installation::on(postgres, &["--demo"]);
    let user = installation.server.credentials()["user"].clone();
    let (name, password) = (user["username"].as_str().unwrap(), user["password"].as_str().unwrap());
    let body = json!({ "username": name, "password": password }).to_string();
    let path = format!("/api/account/{ACCOUNT}/login?v=1.3");
    for _ in 0..8 {
        installation.post_and_disconnect(&path, "Content-Type: application/json\r\n", &body);
    }
    assert_eq!(installation.log_in(name, password).0, 200);
    // Interrupted logins with the right password do not reset the count of wrong ones either.
    for expected in [401, 401, 401, 401, 401, 429] {
        assert_eq!(installation.log_in(name, "wrong").0, expected);
    }
}

fn a_save_completes_after_the_client_disconnects(postgres: bool) {
    let installation = Installation::on(postgres, &["--demo"]);
    let user = installation.server.credentials()["user"].clone();
    let (_, login) =
        installation.log_in(user["username"].as_str().unwrap(), user["password"].as_str().unwrap());
    let bearer = format!("Bearer {}", login["bearer"].as_str().unwrap());
    let headers = format!("Content-Type: application/json\r\nAuthorization: {bearer}\r\n");
    let draft = json!({ "name": "Left early", "channels": [{ "type": "sms-twilio", "language": "en",
        "outboundnumber": "+14155550123", "messageComponents": [
            { "type": "body", "content": "Hello", "variables": [], "optOut": "Reply STOP" }] }] });
    let path = format!("/manage/v1/accounts/{ACCOUNT}/handoffs");
    let search = || {
        let url = format!("{}{path}?q=Left+early", installation.server.base());
        ureq::get(url).header("authorization", &bearer).call().unwrap().into_body().read_to_string().unwrap()
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let store = runtime.block_on(SqlStore::open(&installation.database, &Options::default())).unwrap();
    let started = Instant::now();
    // Repeated, because the server may notice the disconnect before the request.
    while !search().contains("Left early") {
        assert!(started.elapsed() < COMPLETION_TIMEOUT, "the handoff was not saved");
        // Holds the account, so that the save waits until the client has disconnected.
        let held = runtime.block_on(store.write_catalogue(&ACCOUNT.parse().unwrap())).unwrap();
        installation.post_and_disconnect(&path, &headers, &draft.to_string());
        std::thread::sleep(Duration::from_millis(100));
        runtime.block_on(async {
            drop(held);
            tokio::time::sleep(Duration::from_millis(300)).await;
        });
    }
}

#[test]
fn on_sqlite() {
    setup_creates_an_administrator_or_keeps_the_code_valid(false);
    repeated_interrupted_logins_do_not_lock_the_user_out(false);
    a_save_completes_after_the_client_disconnects(false);
}

#[test]
fn on_postgres() {
    setup_creates_an_administrator_or_keeps_the_code_valid(true);
    repeated_interrupted_logins_do_not_lock_the_user_out(true);
    a_save_completes_after_the_client_disconnects(true);
}

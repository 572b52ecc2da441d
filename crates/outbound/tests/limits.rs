//! Limits of the real binary: its options take effect, and its log has no secrets.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use outbound_testkit::Server;
use serde_json::Value;
use ureq::Agent;
use ureq::http::Response;

const OUTBOUND: &str = env!("CARGO_BIN_EXE_outbound");
const ACCOUNT: &str = "12345678";

fn agent() -> Agent {
    Agent::config_builder().http_status_as_error(false).build().into()
}

fn token(server: &Server) -> String {
    let client = &server.credentials()["oauth2"];
    let url = format!("{}/sentinel/api/account/{ACCOUNT}/app/token", server.base());
    let form = ["client_id", "client_secret"].map(|name| (name, client[name].as_str().unwrap()));
    let answer = agent().post(url).send_form(form).unwrap().into_body().read_to_vec().unwrap();
    let answer: Value = serde_json::from_slice(&answer).unwrap();
    answer["access_token"].as_str().unwrap().to_owned()
}

fn list(server: &Server, token: &str, query: &str) -> Response<ureq::Body> {
    let url = format!("{}/api/account/{ACCOUNT}/app/prmsg/handoffs/list?v=1{query}", server.base());
    agent().get(url).header("Authorization", format!("Bearer {token}")).call().unwrap()
}

#[test]
fn an_accounts_budget_does_not_charge_the_address() {
    let options = ["--demo", "--requests-per-second", "1", "--burst", "3"];
    let server = Server::start(Path::new(OUTBOUND), &options).unwrap();
    let token = token(&server);
    // 100 requests exceed the budget even on a slow machine.
    let spent = (0..100).map(|_| list(&server, &token, "")).find(|answer| answer.status() == 429).unwrap();
    assert_eq!(spent.headers()["x-ratelimit-limit"], "3");
    assert_eq!(spent.headers()["retry-after"], "1");
    assert_eq!(list(&server, "bad", "").status(), 401, "the address has spent nothing");
}

#[test]
fn a_busy_api_client_does_not_block_the_web_tool() {
    let options = ["--demo", "--requests-per-second", "1", "--burst", "3"];
    let server = Server::start(Path::new(OUTBOUND), &options).unwrap();
    let token = token(&server);
    let spend = || (0..100).find(|_| list(&server, &token, "").status() == 429).unwrap();
    spend();
    let user = &server.credentials()["user"];
    let agent: Agent = Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into();
    let field = |name: &str| user[name].as_str().unwrap();
    let form = [("account", ACCOUNT), ("username", field("username")), ("password", field("password"))];
    let log_in = agent.post(format!("{}/login", server.base())).send_form(form).unwrap();
    assert_eq!(log_in.status(), 303);
    let cookie = log_in.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    for _ in 0..20 {
        spend();
        let page = agent.get(format!("{}/handoffs", server.base())).header("Cookie", &cookie).call().unwrap();
        assert_eq!(page.status(), 200);
    }
}

#[test]
fn the_log_contains_the_account_and_no_secrets() {
    let options = ["--demo", "--log-format", "json", "--log", "debug"];
    let mut server = Server::start(Path::new(OUTBOUND), &options).unwrap();
    let token = token(&server);
    list(&server, &token, "&access_token=planted-value");
    server.stop().unwrap();
    let log = server.log();
    let line = log.lines().find(|line| line.contains("handoffs/list")).unwrap();
    let line: Value = serde_json::from_str(line).unwrap();
    assert_eq!(line["account"], ACCOUNT, "{line}");
    assert_eq!(line["status"], 200, "{line}");
    let secret = server.credentials()["oauth2"]["client_secret"].as_str().unwrap();
    for secret in [secret, &token, "planted-value"] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
}

/// Bytes that hyper rejects never become a request, so they are counted but not logged.
#[test]
fn a_malformed_head_is_counted_and_not_logged() {
    let mut server = Server::start(Path::new(OUTBOUND), &[]).unwrap();
    let mut stream = TcpStream::connect(server.base().trim_start_matches("http://")).unwrap();
    stream.write_all(b"GET /planted-value HTTP/9\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    let metrics = || {
        let metrics = agent().get(format!("{}/metrics", server.base())).call().unwrap();
        metrics.into_body().read_to_string().unwrap()
    };
    // The connection is counted when it ends, which may be after the client has read the response.
    let counted = r#"outbound_http_connections_broken_total{reason="malformed_head"} 1"#;
    let deadline = Instant::now() + Duration::from_mins(1);
    while !metrics().contains(counted) {
        assert!(Instant::now() < deadline, "{}", metrics());
        sleep(Duration::from_millis(20));
    }
    let metrics = metrics();
    for (pool, state) in [("reader", "idle"), ("reader", "used"), ("writer", "idle"), ("writer", "used")] {
        let gauge = format!(r#"outbound_database_connections{{pool="{pool}",state="{state}"}} "#);
        assert!(metrics.contains(&gauge), "{metrics}");
    }
    server.stop().unwrap();
    let log = server.log();
    assert!(!log.contains("planted-value"), "{log}");
}

#[test]
fn a_certificate_without_a_key_is_a_usage_error() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(OUTBOUND)
        .current_dir(folder.path())
        .args(["serve", "--listen", "127.0.0.1:0", "--tls-certificate", "cert.pem"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("HTTPS needs both --tls-certificate and --tls-key")
    );
}

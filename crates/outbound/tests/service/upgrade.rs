//! A database of the previous version is migrated at startup and served as that version served it.
//!
//! `tests/data/upgrade/make` created the fixtures with the program of commit 5e4eb92 (migration 21).

use std::fs;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::GzDecoder;
use outbound_testkit::{Postgres, Server};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::http::{eventually, send};
use crate::support::service::token_of;
use crate::support::{
    ACCOUNT, Client, Engine, Message, OTHER_ACCOUNT, OUTBOUND, Receiver, Response, on_both_engines, run,
};

on_both_engines!(
    everything_is_served_as_before,
    conflicts_with_migrated_handoffs_are_found,
    credentials_keep_their_rights,
    pending_deliveries_are_sent,
);

/// The receiver of the webhook in the fixture. It is replaced with the test's receiver, whose port has five
/// digits, too, so that the bytes of the SQLite file can be replaced.
const RECEIVER: &str = "127.0.0.1:10009";

/// The current program with a copy of the fixture.
struct Upgraded {
    server: Server,
    credentials: Value,
    fixture: PathBuf,
    _folder: TempDir,
}

impl Upgraded {
    /// Starts it with `receiver`, such as `127.0.0.1:40123`, as the receiver of the webhook.
    fn start(engine: Engine, receiver: &str) -> Self {
        assert_eq!(receiver.len(), RECEIVER.len(), "{receiver}");
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/upgrade");
        let folder = TempDir::new().unwrap();
        let (fixture, database) = match engine {
            Engine::Sqlite => {
                let (fixture, file) = (data.join("sqlite"), folder.path().join("outbound.db"));
                let mut bytes = Vec::new();
                let packed = fs::File::open(fixture.join("outbound.db.gz")).unwrap();
                GzDecoder::new(packed).read_to_end(&mut bytes).unwrap();
                fs::write(&file, replaced(bytes, RECEIVER, receiver)).unwrap();
                (fixture, format!("sqlite:{}", file.display()))
            }
            Engine::Postgres => {
                let (fixture, file) = (data.join("postgres"), folder.path().join("dump.sql"));
                let dump = fs::read(fixture.join("dump.sql")).unwrap();
                fs::write(&file, replaced(dump, RECEIVER, receiver)).unwrap();
                (fixture, Postgres::shared().unwrap().restored(&file).unwrap())
            }
        };
        let credentials = fs::read_to_string(fixture.join("credentials.json")).unwrap();
        let credentials: Value = serde_json::from_str(&credentials).unwrap();
        let key = folder.path().join("outbound.key");
        fs::write(&key, credentials["key"].as_str().unwrap()).unwrap();
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
        let key = key.to_str().unwrap();
        let arguments = ["--database", &database, "--key-file", key, "--webhooks-to-private-networks"];
        let server = Server::start(Path::new(OUTBOUND), &arguments).unwrap();
        Self { server, credentials, fixture, _folder: folder }
    }

    fn send(&self, method: &str, path: &str, authorization: &str, body: &str) -> Response {
        let headers = [("authorization", authorization), ("content-type", "application/json")];
        send(method, &format!("{}{path}", self.server.base()), &headers, body)
    }

    /// Logs in as the administrator of the account and returns the `Authorization` header.
    fn log_in(&self, account: &str) -> String {
        let user = &self.credentials[account]["user"];
        let path = format!("/api/account/{account}/login?v=1.3");
        let response = self.send("POST", &path, "", &user.to_string());
        format!("Bearer {}", response.json()["bearer"].as_str().unwrap_or_else(|| panic!("{response:?}")))
    }

    /// The responses of the previous version. `advice` is replaced with `warning`, its current name, except in
    /// the audit log and the change feed, whose entries are never rewritten.
    fn previous_responses(&self) -> Vec<Value> {
        let lines = fs::read_to_string(self.fixture.join("answers.jsonl")).unwrap();
        let renamed =
            |line: &str| line.replace(r#""advices""#, r#""warnings""#).replace(r#""advice""#, r#""warning""#);
        let is_append_only = |line: &str| line.contains("/audit") || line.contains("/changes");
        lines
            .lines()
            .map(|line| if is_append_only(line) { line.to_owned() } else { renamed(line) })
            .map(|line| serde_json::from_str(&line).unwrap())
            .collect()
    }
}

fn replaced(bytes: Vec<u8>, old: &str, new: &str) -> Vec<u8> {
    let mut bytes = bytes;
    let positions: Vec<usize> = bytes
        .windows(old.len())
        .enumerate()
        .filter(|(_, it)| *it == old.as_bytes())
        .map(|(at, _)| at)
        .collect();
    assert!(!positions.is_empty(), "the fixture does not contain {old}");
    for at in positions {
        bytes[at..at + old.len()].copy_from_slice(new.as_bytes());
    }
    bytes
}

/// Whether `new` contains all of `old`. The current version may add fields and findings; a job counts the findings
/// that depend on other handoffs after the start.
fn contains(new: &Value, old: &Value, field: &str) -> bool {
    match (new, old) {
        (Value::Object(new), Value::Object(old)) => {
            old.iter().all(|(name, old)| new.get(name).is_some_and(|new| contains(new, old, name)))
        }
        (Value::Array(new), Value::Array(old)) if field == "findings" => {
            old.iter().all(|old| new.iter().any(|new| contains(new, old, "")))
        }
        (Value::Array(new), Value::Array(old)) => {
            new.len() == old.len() && new.iter().zip(old).all(|(new, old)| contains(new, old, ""))
        }
        (Value::Number(new), Value::Number(old)) if field == "errors" || field == "warnings" => {
            new.as_u64() >= old.as_u64()
        }
        (new, old) => new == old,
    }
}

/// Removes the entries that were added after the fixture was created, such as logins. They come first.
fn without_newer_entries(mut new: Value, old: &Value) -> Value {
    if let (Some(items), Some(old)) = (new["items"].as_array_mut(), old["items"].as_array()) {
        items.drain(..items.len().saturating_sub(old.len()));
    }
    new
}

fn everything_is_served_as_before(engine: Engine) {
    let upgraded = Upgraded::start(engine, RECEIVER);
    let bearers = [ACCOUNT, OTHER_ACCOUNT].map(|account| (account, upgraded.log_in(account)));
    let previous_responses = upgraded.previous_responses();
    assert!(previous_responses.len() > 50);
    for expected in previous_responses {
        let path = expected["path"].as_str().unwrap();
        let (_, bearer) = bearers.iter().find(|(account, _)| path.contains(account)).unwrap();
        let response = upgraded.send("GET", path, bearer, "");
        assert_eq!(response.status, 200, "{path}: {response:?}");
        for (name, value) in expected["headers"].as_object().unwrap() {
            // The migration changes the settings: `advice` becomes `warning`.
            if path.ends_with("/settings") && name == "etag" {
                continue;
            }
            assert_eq!(response.header(name), value, "{name} of {path}");
        }
        let (body, old) = (response.json(), &expected["body"]);
        let body = if path.contains("/audit") { without_newer_entries(body, old) } else { body };
        assert!(contains(&body, old, ""), "{path}\nnow      {body}\npreviously {old}");
    }
}

/// A job indexes the migrated handoffs after the start, so the check is repeated.
fn conflicts_with_migrated_handoffs_are_found(engine: Engine) {
    let upgraded = Upgraded::start(engine, RECEIVER);
    let bearer = upgraded.log_in(ACCOUNT);
    // The name of a template in the fixture, with another text.
    let draft = json!({"name": "Another ticket", "channels": [{
        "type": "wa", "language": "en", "namespace": "b8520e15_f77b_5f76_fb50_9f756d03676b",
        "templatename": "newtemplate_button_cta_feb14", "outboundnumber": "12535277322",
        "messageComponents": [{"type": "body", "content": "Your ticket is here.", "variables": []}],
    }]});
    let path = format!("/manage/v1/accounts/{ACCOUNT}/handoffs/check");
    let check = || upgraded.send("POST", &path, &bearer, &draft.to_string()).json();
    let differs = |checked: &Value| {
        let findings = checked["findings"].as_array().unwrap();
        findings.iter().any(|finding| finding["name"] == "template-differs")
    };
    let checked = eventually(check, differs);
    assert!(differs(&checked), "{checked}");
}

fn credentials_keep_their_rights(engine: Engine) {
    let upgraded = Upgraded::start(engine, RECEIVER);
    for account in [ACCOUNT, OTHER_ACCOUNT] {
        let client = Client::from_json(&upgraded.credentials[account]["client"]);
        let token = token_of(upgraded.server.base(), account, &client);
        let list = format!("/api/account/{account}/app/prmsg/handoffs/list?v=1");
        assert_eq!(upgraded.send("GET", &list, &token, "").status, 200);
    }
    let dora = r#"{"username": "Dora", "password": "another good one"}"#;
    let path = format!("/api/account/{OTHER_ACCOUNT}/login?v=1.3");
    assert_eq!(upgraded.send("POST", &path, "", dora).status, 401, "a revoked user logged in");
    let cleo = dora.replace("Dora", "cleo");
    assert_eq!(upgraded.send("POST", &path, "", &cleo).status, 200, "a user with another role cannot log in");
    reads_with_oauth1(&upgraded);
}

/// Reads with the API key of the fixture, whose secrets are encrypted with the fixture's key.
#[expect(clippy::print_stdout, reason = "reports a skipped test")]
fn reads_with_oauth1(upgraded: &Upgraded) {
    let Some(python) = std::env::var_os("OUTBOUND_TEST_PYTHON") else {
        println!("SKIPPED: OUTBOUND_TEST_PYTHON names no Python with requests-oauthlib");
        return;
    };
    let of_account = &upgraded.credentials[ACCOUNT];
    let input = json!({"base": upgraded.server.base(), "account": ACCOUNT, "oauth1": of_account["api_key"],
                       "oauth2": of_account["client"]});
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/read_with_oauth1.py");
    let ran = run(Command::new(python).arg(script), &input.to_string());
    assert_eq!(ran.status, Some(0), "{ran:?}");
}

fn pending_deliveries_are_sent(engine: Engine) {
    let receiver = Receiver::start(&[]);
    let address = receiver.url.strip_prefix("http://").unwrap().strip_suffix("/hook").unwrap();
    let upgraded = Upgraded::start(engine, address);
    let webhook = &upgraded.credentials[ACCOUNT]["webhook"];
    let path = format!("/manage/v1/accounts/{ACCOUNT}/webhooks/{}", webhook["id"].as_str().unwrap());
    let listed = format!("{path}/deliveries");
    let previous_responses = upgraded.previous_responses();
    let pending = &previous_responses.iter().find(|response| response["path"] == listed.as_str()).unwrap()["body"]
        ["items"];
    let bearer = upgraded.log_in(ACCOUNT);
    assert_eq!(upgraded.send("POST", &format!("{path}/enable"), &bearer, "").status, 200);
    let mut messages = [receiver.next(), receiver.next()];
    messages.sort_by_key(Message::sequence);
    // The newest delivery is first.
    for (message, delivery) in messages.iter().rev().zip(pending.as_array().unwrap()) {
        assert_eq!(message.sequence(), delivery["change"]["sequence"]);
        assert_eq!(message.json()["type"], delivery["change"]["kind"]);
        assert!(is_signed(message, webhook["secret"].as_str().unwrap()), "{message:?}");
    }
}

/// Verifies the signature as documented in docs/changes.md.
fn is_signed(message: &Message, secret: &str) -> bool {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let signed = [message.header("webhook-id"), message.header("webhook-timestamp"), &message.body].join(".");
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), signed.as_bytes());
    message.header("webhook-signature") == format!("v1,{}", STANDARD.encode(tag))
}

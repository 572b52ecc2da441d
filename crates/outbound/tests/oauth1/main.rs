//! OAuth 1.0 with the running program: signed by an independent client, and by this test where that client
//! cannot send invalid requests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod during_imports;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use outbound_testkit::{Postgres, Server};
use serde_json::{Value, json};

const EXE: &str = env!("CARGO_BIN_EXE_outbound");
const LIST: &str = "/api/account/12345678/app/prmsg/handoffs/list";

fn demo(args: &[&str]) -> Server {
    Server::start(Path::new(EXE), &[&["--demo"], args].concat()).unwrap()
}

fn now() -> u64 {
    #[expect(clippy::disallowed_methods, reason = "the server under test reads the real clock")]
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// The `Authorization` header of `GET {url}{LIST}?v=1`.
fn signed(key: &Value, url: &str, nonce: &str) -> String {
    signed_for(key, &format!("{url}{LIST}"), nonce)
}

/// The `Authorization` header of `GET {url}?v=1`, signed as defined in RFC 5849.
fn signed_for(key: &Value, url: &str, nonce: &str) -> String {
    let text = |name: &str| key[name].as_str().unwrap().to_owned();
    let parameters = format!(
        "oauth_consumer_key={}&oauth_nonce={nonce}&oauth_signature_method=HMAC-SHA1&oauth_timestamp={}\
         &oauth_token={}&v=1",
        text("app_key"),
        now(),
        text("access_token")
    );
    let escape = |text: &str| {
        let text = text.replace('=', "%3D").replace('&', "%26");
        text.replace(':', "%3A").replace('/', "%2F")
    };
    let base = format!("GET&{}&{}", escape(url), escape(&parameters));
    let secrets = format!("{}&{}", text("secret"), text("access_token_secret"));
    let hmac_key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secrets.as_bytes());
    let signature = STANDARD.encode(hmac::sign(&hmac_key, base.as_bytes())).replace('+', "%2B");
    let list = parameters.replace("&v=1", "").replace('=', "=\"").replace('&', "\",");
    format!("OAuth {list}\",oauth_signature=\"{signature}\"")
}

/// Status, challenge and body of a request for the list with this header.
fn read(server: &Server, authorization: Option<&str>) -> (u16, String, Value) {
    read_at(server, LIST, authorization)
}

/// Posts JSON; returns the status and body of the response.
fn post(server: &Server, path: &str, authorization: Option<&str>, body: &Value) -> (u16, Value) {
    let request = ureq::post(format!("{}{path}", server.base())).header("Content-Type", "application/json");
    let request =
        authorization.into_iter().fold(request, |request, value| request.header("Authorization", value));
    let mut response = request.config().http_status_as_error(false).build().send(body.to_string()).unwrap();
    let body = response.body_mut().read_to_string().unwrap();
    (response.status().as_u16(), serde_json::from_str::<Value>(&body).unwrap())
}

fn read_at(server: &Server, path: &str, authorization: Option<&str>) -> (u16, String, Value) {
    let mut request = ureq::get(format!("{}{path}?v=1", server.base()));
    if let Some(value) = authorization {
        request = request.header("Authorization", value);
    }
    let mut response = request.config().http_status_as_error(false).build().call().unwrap();
    let challenge = response.headers().get("www-authenticate").map(|v| v.to_str().unwrap().to_owned());
    let body = serde_json::from_str(&response.body_mut().read_to_string().unwrap()).unwrap();
    (response.status().as_u16(), challenge.unwrap_or_default(), body)
}

fn status(server: &Server, authorization: &str) -> (u16, Value) {
    let (status, _, body) = read(server, Some(authorization));
    (status, body["error"].clone())
}

fn api_key(database: &str, key_file: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(EXE);
    command.args(["api-key"]).args(args).args(["--account", "12345678", "--json", "--database", database]);
    command.arg("--key-file").arg(key_file).output().unwrap()
}

fn read_with_independent_client(server: &Server) {
    let Some(python) = std::env::var_os("OUTBOUND_TEST_PYTHON") else {
        println!("SKIPPED: OUTBOUND_TEST_PYTHON names no Python with requests-oauthlib");
        return;
    };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/read_with_oauth1.py");
    let mut command = Command::new(python);
    command.arg(script).stdin(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(server.credentials().to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn requests_oauthlib_reads_the_same_as_an_access_token() {
    read_with_independent_client(&demo(&[]));
}

#[test]
fn requests_oauthlib_reads_from_postgres() {
    read_with_independent_client(&demo(&["--database", &Postgres::shared().unwrap().database().unwrap()]));
}

#[test]
fn missing_credentials_are_challenged_with_both_schemes() {
    let server = demo(&[]);
    let (status, challenge, body) = read(&server, None);
    assert_eq!((status, &body["error"]), (401, &json!("missing_credential")));
    assert_eq!(challenge, r#"Bearer realm="outbound", OAuth realm="outbound""#);
    let (status, challenge, body) = read(&server, Some("OAuth nonsense"));
    assert_eq!((status, &body["error"]), (401, &json!("invalid_oauth_header")));
    assert_eq!(challenge, r#"OAuth realm="outbound""#);
}

#[test]
fn a_replay_is_rejected_also_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", folder.path().join("outbound.db").display());
    // Signed for a public URL, because each start uses another port.
    let args = ["--database", &database, "--public-url", "https://va.handoff.example"];
    let mut server = demo(&args);
    let key = server.credentials()["oauth1"].clone();
    let used = signed(&key, "https://va.handoff.example", "n1");
    assert_eq!(status(&server, &used), (200, Value::Null));
    assert_eq!(status(&server, &used), (401, json!("nonce_used")));
    server.kill().unwrap();
    let server = demo(&args);
    assert_eq!(status(&server, &used), (401, json!("nonce_used")));
    assert_eq!(status(&server, &signed(&key, "https://va.handoff.example", "n2")), (200, Value::Null));
}

/// A request with status 429 has no effect, so its nonce is not used.
fn a_request_over_the_budget_is_answered_when_it_is_repeated(args: &[&str]) {
    let server = demo(&[&["--requests-per-second", "1", "--burst", "3"], args].concat());
    let key = server.credentials()["oauth1"].clone();
    // 100 requests exceed the budget even on a slow machine.
    let mut requests = (0..100).map(|number| signed(&key, server.base(), &format!("n{number}")));
    let over = requests.find(|request| status(&server, request).0 == 429).unwrap();
    let deadline = Instant::now() + Duration::from_mins(1);
    loop {
        match status(&server, &over) {
            (429, _) if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(100)),
            repeated => return assert_eq!(repeated, (200, Value::Null)),
        }
    }
}

#[test]
fn a_request_over_the_budget_is_answered_when_it_is_repeated_on_sqlite() {
    a_request_over_the_budget_is_answered_when_it_is_repeated(&[]);
}

#[test]
fn a_request_over_the_budget_is_answered_when_it_is_repeated_on_postgres() {
    let database = Postgres::shared().unwrap().database().unwrap();
    a_request_over_the_budget_is_answered_when_it_is_repeated(&["--database", &database]);
}

#[test]
fn a_signature_is_valid_only_for_the_public_urls() {
    let server = demo(&["--public-url", "http://localhost:8080,https://VA.handoff.example:443/"]);
    let key = &server.credentials()["oauth1"];
    for (url, expected) in [
        ("https://va.handoff.example", 200),
        ("http://localhost:8080", 200),
        ("http://va.handoff.example", 401),
        (server.base(), 401),
    ] {
        assert_eq!(status(&server, &signed(key, url, &url.len().to_string())).0, expected, "{url}");
    }
}

#[test]
fn an_api_key_has_no_access_to_the_management_api() {
    let server = demo(&[]);
    let key = &server.credentials()["oauth1"];
    for path in ["handoffs", "handoffs/H072047293477861", "settings", "clients", "audit"] {
        let path = format!("/manage/v1/accounts/12345678/{path}");
        let authorization = signed_for(key, &format!("{}{path}", server.base()), "n");
        let (status, _, body) = read_at(&server, &path, Some(&authorization));
        assert_eq!((status, &body["error"]), (403, &json!("no_right")), "{path}");
    }
}

#[test]
fn keys_are_created_listed_and_revoked_while_the_server_runs() {
    let folder = tempfile::tempdir().unwrap();
    let (file, key_file) = (folder.path().join("outbound.db"), folder.path().join("key"));
    let database = format!("sqlite:{}", file.display());
    let server = demo(&["--database", &database, "--key-file", key_file.to_str().unwrap()]);
    let json =
        |args: &[&str]| serde_json::from_slice::<Value>(&api_key(&database, &key_file, args).stdout).unwrap();
    let key = json(&["create", "--name", "reporting"]);
    let fields: Vec<_> = key.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["app_key", "secret", "access_token", "access_token_secret"]);
    assert_eq!(status(&server, &signed(&key, server.base(), "1")), (200, Value::Null));
    let app_key = key["app_key"].as_str().unwrap();
    assert_eq!(json(&["revoke", app_key]), json!({ "revoked": app_key }));
    assert_eq!(status(&server, &signed(&key, server.base(), "2")), (401, json!("credential_revoked")));
    let listed = json(&["list"]);
    assert_eq!((&listed[0]["name"], &listed[1]["name"]), (&json!("demo"), &json!("reporting")));
    assert!(listed[0]["revokedAt"].is_null() && listed[1]["revokedAt"].is_string());
    let unknown = api_key(&database, &key_file, &["revoke", "unknown"]);
    assert_eq!(unknown.status.code(), Some(1));
}

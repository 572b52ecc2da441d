//! Runs the examples of docs/changes.md, authentication.md, users.md and mirror.md. Only addresses and secrets
//! are replaced.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use outbound_testkit::Server;
use serde_json::{Value, json};

use crate::support::{ACCOUNT, Client, Engine, Installation, OUTBOUND, Receiver, Service};

const AUTHENTICATION: &str = include_str!("../../../../docs/authentication.md");
const CHANGES: &str = include_str!("../../../../docs/changes.md");
const MIRROR: &str = include_str!("../../../../docs/mirror.md");
const USERS: &str = include_str!("../../../../docs/users.md");
const PRIVATE: &str = "--webhooks-to-private-networks";

/// The code block in `language` of `document` that contains `text`.
#[track_caller]
fn block(document: &str, language: &str, text: &str) -> String {
    let fence = format!("```{language}\n");
    let blocks = document.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap());
    let mut found = blocks.filter(|block| block.contains(text));
    found.next().unwrap_or_else(|| panic!("no block in {language} contains {text}")).to_owned()
}

/// Runs a block in `folder` with the program under test as `outbound`, and returns its output.
#[track_caller]
fn shell(folder: &Path, block: &str, variables: &[(&str, &str)], input: &str) -> String {
    let programs = Path::new(OUTBOUND).parent().unwrap().display();
    let path = format!("{programs}:{}", std::env::var("PATH").unwrap());
    let mut shell = Command::new("sh");
    shell.args(["-euc", block]).env("PATH", path).envs(variables.iter().copied());
    output(shell.current_dir(folder), input)
}

/// Runs a block of Python; `None` if no Python with the libraries is configured.
#[track_caller]
#[expect(clippy::print_stdout, reason = "reports a skipped test")]
fn python(block: &str) -> Option<String> {
    let Some(python) = std::env::var_os("OUTBOUND_TEST_PYTHON") else {
        println!("SKIPPED: OUTBOUND_TEST_PYTHON names no Python with the libraries");
        return None;
    };
    Some(output(Command::new(python).args(["-c", block]), ""))
}

#[track_caller]
fn output(command: &mut Command, input: &str) -> String {
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{command:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| panic!("not JSON: {text}"))
}

/// Runs the documented login as this user.
#[track_caller]
fn log_in(service: &Service, username: &str, password: &str) -> Value {
    let login = block(USERS, "sh", "login?v=1.3").replace("anna", username).replace('…', password);
    let login = login.replace("http://127.0.0.1:8080", service.server.base());
    parsed(&shell(service.server.folder(), &login, &[], ""))
}

#[test]
fn the_feed_examples_read_changes_and_create_a_webhook() {
    let service = Service::start_with(Engine::Sqlite, &[PRIVATE]);
    let run = |text: &str, variables: &[(&str, &str)]| {
        let base = [("BASE", service.server.base()), ("TOKEN", &service.token)];
        shell(service.server.folder(), &block(CHANGES, "sh", text), &[&base, variables].concat(), "")
    };
    let page = parsed(&run("since=40&limit=2", &[]));
    let documented = parsed(&block(CHANGES, "json", "handoff.published"));
    // The demo account has fewer changes than the account of the example.
    assert_eq!((&page["items"], &page["next"]), (&json!([]), &json!(40)));
    let first = service.get(&format!("/manage/v1/accounts/{ACCOUNT}/changes?limit=2")).json();
    let fields = |change: &Value| change.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(fields(&first["items"][0]), fields(&documented["items"][0]));
    let user = &service.server.credentials()["user"];
    let login = log_in(&service, user["username"].as_str().unwrap(), user["password"].as_str().unwrap());
    let webhook = parsed(&run("webhooks\"", &[("BEARER", login["bearer"].as_str().unwrap())]));
    assert_eq!((&webhook["description"], &webhook["kinds"]), (&json!("CRM"), &json!(["handoff.published"])));
    assert!(webhook["secret"].as_str().unwrap().starts_with("whsec_"), "{webhook}");
}

#[test]
fn the_stream_example_reads_events_with_curl() {
    let service = Service::shared(Engine::Sqlite);
    let stream = block(CHANGES, "sh", "text/event-stream").replace("since=40", "since=0");
    // The stream does not end by itself.
    let first = format!("{{ {} ; }} 2>/dev/null | head -n 5", stream.trim_end());
    let variables = [("BASE", service.server.base()), ("TOKEN", &service.token)];
    let printed = shell(service.server.folder(), &first, &variables, "");
    let mut lines = printed.lines();
    let documented = block(CHANGES, "", "retry: ");
    assert_eq!(lines.next(), documented.lines().next());
    assert_eq!((lines.next(), lines.next()), (Some(""), Some("id: 1")));
    let data = lines.next().unwrap().strip_prefix("data: ").unwrap();
    assert_eq!(parsed(data)["sequence"], 1);
}

#[test]
fn the_verification_examples_accept_a_message() {
    let service = Service::start_with(Engine::Sqlite, &[PRIVATE]);
    let receiver = Receiver::start(&[]);
    let create = ["webhook", "create", &*receiver.url, "--account", ACCOUNT, PRIVATE, "--json"];
    let webhook = service.installation.run(&create).json();
    let secret = webhook["secret"].as_str().unwrap();
    let ping = ["webhook", "ping", webhook["id"].as_str().unwrap(), "--account", ACCOUNT];
    service.installation.run(&ping).succeeded();
    let message = receiver.next();
    let variables = [
        ("SECRET", secret),
        ("ID", message.header("webhook-id")),
        ("TIMESTAMP", message.header("webhook-timestamp")),
        ("BODY", &message.body),
    ];
    let signature = shell(service.server.folder(), &block(CHANGES, "sh", "openssl"), &variables, "");
    assert_eq!(signature.trim_end(), message.header("webhook-signature"));

    // Replaces Flask, which the example needs only to register its function.
    let flask = format!(
        "import sys, types
flask = types.ModuleType('flask')
class Flask:
    def __init__(self, name): pass
    def post(self, path): return lambda function: function
class Request:
    headers = {}
    def get_data(self): return {}
flask.Flask, flask.request = Flask, Request()
sys.modules['flask'] = flask
def remember(id, message): print(id, message['type'])
",
        json!(message.headers.iter().cloned().collect::<std::collections::BTreeMap<_, _>>()),
        format_args!("{}.encode()", json!(message.body)),
    );
    let example = block(CHANGES, "python", "standardwebhooks").replace("whsec_…", secret);
    if let Some(out) = python(&format!("{flask}\n{example}\nassert outbound() == ('', 204)")) {
        assert_eq!(out.trim_end(), format!("{} webhook.ping", message.header("webhook-id")));
    }
}

#[test]
fn the_oauth1_example_signs_requests_in_python() {
    let service = Service::shared(Engine::Sqlite);
    let created =
        service.installation.run(&["api-key", "create", "--account", ACCOUNT, "--name", "reporting"]);
    let created = created.succeeded().out;
    let documented = block(AUTHENTICATION, "console", "api-key create");
    let names = ["app_key", "secret", "access_token", "access_token_secret"];
    let value = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.split(' ').next() == Some(name));
        line.unwrap_or_else(|| panic!("no {name}: {text}")).rsplit(' ').next().unwrap().to_owned()
    };
    let assignments = names.map(|name| format!("{name} = '{}'\n", value(&created, name))).concat();
    assert_eq!(created.lines().last(), documented.lines().last());
    for name in ["app_key", "access_token"] {
        assert_eq!(value(&created, name).len(), value(&documented, name).len(), "{name}");
    }
    let example = block(AUTHENTICATION, "python", "OAuth1Session");
    let example = example.replace("https://va.handoff.example", service.server.base());
    let example = example.replace("session.get(", "listed = session.get(");
    python(&format!("{assignments}{example}\nassert len(listed) > 10, listed"));
}

#[test]
fn the_user_examples_create_a_user_who_logs_in() {
    let service = Service::start(Engine::Sqlite);
    service.installation.file("password.txt", "first password\n");
    let commands = block(USERS, "sh", "user create");
    let (before, revoke) = commands.rsplit_once("outbound user revoke").unwrap();
    let database = [("OUTBOUND_DATABASE", &*service.installation.database)];
    let listed = shell(service.server.folder(), before, &database, "second password\n");
    assert!(listed.contains("anna") && listed.contains("administrator"), "{listed}");
    let login = log_in(&service, "anna", "second password");
    let fields = "bearer csrf config csdsCollectionResponse accountData sessionTTl wsuk sessionId";
    for field in fields.split(' ') {
        assert!(!login[field].is_null(), "{field}: {login}");
    }
    shell(service.server.folder(), &format!("outbound user revoke{revoke}"), &database, "");
    let rejected = log_in(&service, "anna", "second password");
    assert_eq!(rejected["error"]["internalCode"], 11, "{rejected}");
}

#[test]
fn the_mirror_example_copies_an_installation() {
    let source = Server::start(Path::new(OUTBOUND), &["--demo"]).unwrap();
    let source_installation = Installation::of(source.folder(), "sqlite:outbound.db".to_owned());
    let client = Client::from_json(&source.credentials()["oauth2"]);
    let target = Installation::new(Engine::Sqlite);
    target.file("secret.txt", &client.secret);
    let example = block(MIRROR, "sh", "outbound mirror").replace("https://va.handoff.example", source.base());
    let example = example.replace("75588e18-0213-4e33-8174-883acac7e3c4", &client.id);
    let printed = shell(&target.folder, &example, &[("OUTBOUND_DATABASE", &*target.database)], "");
    assert!(printed.contains("Copied "), "{printed}");
    assert_eq!(target.exported(ACCOUNT), source_installation.exported(ACCOUNT));
}

#[test]
fn the_settings_example_sets_the_public_address() {
    let settings = tempfile::tempdir().unwrap();
    let file = settings.path().join("outbound.toml");
    std::fs::write(&file, block(AUTHENTICATION, "toml", "public_url")).unwrap();
    let service = Service::start_with(Engine::Sqlite, &["--config", file.to_str().unwrap()]);
    let path = format!("/api/account/{ACCOUNT}/service/sentinel/baseURI.json?version=1.0");
    let host = service.get_as("", &path).json()["baseURI"].clone();
    assert_eq!(host, "va.handoff.example", "the service host is the first public address");
}

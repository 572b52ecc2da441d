//! Imports over HTTP that outlast their request: every node and the command line know of them, whatever happens to
//! the server that works on them, and they wait for their turn.

use std::io::Write;
use std::path::Path;
use std::process::{Child, ChildStdin, Stdio};

use outbound_testkit::Server;
use serde_json::{Value, json};

use crate::support::http::send;
use crate::support::{
    ACCOUNT, Answer, Engine, IMPORT_PATIENCE, OTHER_ACCOUNT, OUTBOUND, Service, eventually,
    eventually_within, handoffs, on_both_engines,
};

on_both_engines!(
    every_node_tells_of_an_import,
    the_import_of_a_killed_server_ends_as_failed,
    a_server_that_stops_leaves_no_import_half_done,
    an_import_waits_until_it_may_write,
    an_account_with_too_many_imports_is_told_at_once,
);

const GONE: &str = "the server stopped before the import was complete; nothing was imported; send it again";
/// So many that an import of them is under way for a while.
const MANY: usize = 10_000;

/// An import of the command line that does not end: it locks the account, and on SQLite everything.
struct Holder {
    child: Child,
    _input: ChildStdin,
}

impl Holder {
    fn start(service: &Service, engine: Engine) -> Self {
        let mut command = service.installation.command(&["import", "--account", ACCOUNT, "-"]);
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        // More than the pipe and the program's memory hold, so that the transaction is open once it is written.
        let mut large = handoffs("Held", if engine == Engine::Sqlite { 450 } else { 50 });
        for handoff in &mut large {
            handoff["channels"][0]["messageComponents"][0]["content"] = "x".repeat(100_000).into();
        }
        let large = Value::from(large).to_string();
        input.write_all(large.strip_suffix(']').unwrap().as_bytes()).unwrap();
        Self { child, _input: input }
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// Another node on the same database.
fn second_node(service: &Service) -> Server {
    let folder = service.server.folder();
    let key = folder.join("outbound.key").display().to_string();
    let arguments = match service.installation.database.strip_prefix("sqlite:") {
        Some(file) => vec!["--database".to_owned(), format!("sqlite:{}", folder.join(file).display())],
        None => {
            ["--database", &service.installation.database, "--key-file", &key].map(str::to_owned).to_vec()
        }
    };
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    Server::start(Path::new(OUTBOUND), &arguments).unwrap()
}

/// Begins an import and answers where to ask for it.
fn begin(service: &Service, account: &str, token: &str, text: &str) -> Answer {
    let path = format!("/manage/v1/accounts/{account}/handoffs/import?mode=apply");
    let headers =
        [("authorization", token), ("content-type", "application/json"), ("prefer", "respond-async")];
    service.send("POST", &path, &headers, text)
}

fn text(series: &str, count: usize) -> String {
    Value::from(handoffs(series, count)).to_string()
}

/// The import among the jobs of the account.
fn listed(service: &Service) -> Value {
    let jobs = service.installation.run(&["jobs", "list", "--account", ACCOUNT, "--json"]).json();
    let is_import = |job: &&Value| job["id"].as_str().unwrap().starts_with("import/");
    jobs.as_array().unwrap().iter().find(is_import).cloned().unwrap_or_default()
}

/// How many handoffs of the series are there.
fn count(service: &Service, series: &str) -> usize {
    let all = service.installation.exported(ACCOUNT);
    let names = all.as_array().unwrap().iter().filter_map(|handoff| handoff["name"].as_str());
    names.filter(|name| name.starts_with(series)).count()
}

fn every_node_tells_of_an_import(engine: Engine) {
    let service = Service::start(engine);
    let node = second_node(&service);
    let elsewhere = |location: &str| {
        send("GET", &format!("{}{location}", node.base()), &[("authorization", &service.token)], "")
    };
    let mut handoffs = handoffs("Told", 30);
    for handoff in &mut handoffs {
        handoff["channels"][0]["outboundnumber"] = "not a sender at all".into();
    }
    let begun = begin(&service, ACCOUNT, &service.token, &Value::from(handoffs).to_string());
    assert_eq!(begun.status, 202, "{begun:?}");
    let location = begun.header("location").to_owned();
    let first = elsewhere(&location);
    assert_eq!(first.status, 200, "it is known before the client can ask: {first:?}");
    let here = service.import_status(&service.token, &location).json();
    let there = eventually_within(
        IMPORT_PATIENCE,
        || elsewhere(&location),
        |answer| answer.json()["state"] != "running",
    );
    let there = there.json();
    for field in ["id", "state", "by", "handoffs"] {
        assert_eq!(there[field], here[field], "{field}: {there}");
    }
    assert_eq!((&there["state"], &there["handoffs"]), (&json!("done"), &json!(30)));
    assert!(there["startedAt"].is_string() && there["endedAt"].is_string(), "{there}");
    assert_eq!((&there["result"]["create"], &there["result"]["heldBack"]), (&json!(30), &json!(30)));
    let items = |status: &Value| status["result"]["items"].as_array().unwrap().clone();
    assert_eq!((items(&here).len(), &here["result"]["itemsTruncated"]), (30, &Value::Null));
    assert_eq!((items(&there).len(), &there["result"]["itemsTruncated"]), (20, &json!(true)));
    assert_eq!(
        (&items(&there)[0]["name"], &items(&there)[0]["errors"]),
        (&json!("Told 1"), &items(&here)[0]["errors"])
    );
    let job = listed(&service);
    assert_eq!((&job["state"], &job["report"]["by"]), (&json!("done"), &here["by"]));
    assert_eq!(job["report"]["result"]["create"], 30);
    // A refusal is told everywhere, too.
    let begun = begin(&service, ACCOUNT, &service.token, r#"[{"name": 7}]"#);
    let refused =
        eventually(|| elsewhere(begun.header("location")), |answer| answer.json()["state"] != "running");
    assert_eq!(refused.json()["error"]["error"], "bad_handoff", "{refused:?}");
    // What is answered within its request leaves no row.
    let path = format!("/manage/v1/accounts/{OTHER_ACCOUNT}/handoffs/import?mode=apply");
    let token = service.new_token(OTHER_ACCOUNT, "handoffs.write");
    assert_eq!(service.import(&token, &path, &text("Quick", 1)).status, 200);
    let jobs =
        || service.installation.run(&["jobs", "list", "--account", OTHER_ACCOUNT, "--json"]).succeeded();
    eventually(jobs, |jobs| !jobs.out.contains("import/"));
}

fn the_import_of_a_killed_server_ends_as_failed(engine: Engine) {
    let mut service = Service::start(engine);
    let text = text("Lost", MANY);
    let location = begin(&service, ACCOUNT, &service.token, &text).header("location").to_owned();
    service.server.kill().unwrap();
    assert_eq!(listed(&service)["state"], "running", "nobody has noticed yet");
    let node = second_node(&service);
    let ask = || send("GET", &format!("{}{location}", node.base()), &[("authorization", &service.token)], "");
    let failed = eventually_within(IMPORT_PATIENCE, ask, |answer| answer.json()["state"] != "running").json();
    assert_eq!(failed["state"], "failed", "{failed}");
    assert_eq!((&failed["error"]["error"], &failed["error"]["message"]), (&json!("stopping"), &json!(GONE)));
    let job = listed(&service);
    assert_eq!((&job["state"], &job["error"]), (&json!("failed"), &json!(GONE)));
    assert!(job["report"]["by"].is_string() && job["endedAt"].is_string(), "{job}");
    assert_eq!(count(&service, "Lost"), 0);
    let retry = ["jobs", "retry", "--account", ACCOUNT, job["id"].as_str().unwrap()];
    service.installation.run(&retry).refused(1, "its file is not stored; send it again");
}

/// It is done within the time for open requests, or not at all.
fn a_server_that_stops_leaves_no_import_half_done(engine: Engine) {
    let mut service = Service::start(engine);
    assert_eq!(begin(&service, ACCOUNT, &service.token, &text("Stop", MANY)).status, 202);
    assert!(service.server.stop().unwrap().success());
    let job = listed(&service);
    let expected = match job["state"].as_str() {
        Some("done") => MANY,
        Some("failed") => 0,
        _ => panic!("{job}"),
    };
    assert_eq!(count(&service, "Stop"), expected);
    if expected == 0 {
        assert_eq!(job["error"], GONE);
    }
}

fn an_import_waits_until_it_may_write(engine: Engine) {
    let service = Service::start(engine);
    let token = service.new_token(OTHER_ACCOUNT, "handoffs.write");
    let accounts = [(ACCOUNT, &*service.token), (OTHER_ACCOUNT, &*token)];
    let holder = Holder::start(&service, engine);
    let path = |account: &str| format!("/manage/v1/accounts/{account}/handoffs/import?mode=apply");
    let json = ("content-type", "application/json");
    let answers = std::thread::scope(|scope| {
        let ask = |(account, token): (&str, &str)| {
            service.send("POST", &path(account), &[("authorization", token), json], &text("Wait", 5))
        };
        let asked = accounts.map(|account| scope.spawn(move || ask(account)));
        asked.map(|asked| asked.join().unwrap())
    });
    assert_eq!(answers[0].status, 202, "{answers:?}");
    assert_eq!(answers[1].status, if engine == Engine::Sqlite { 202 } else { 200 }, "{answers:?}");
    drop(holder);
    for (answer, (_, token)) in answers.iter().zip(accounts).filter(|(answer, _)| answer.status == 202) {
        let result = service.import_result(token, answer.header("location"));
        assert_eq!((result.status, &result.json()["create"]), (200, &json!(5)), "{result:?}");
    }
}

fn an_account_with_too_many_imports_is_told_at_once(engine: Engine) {
    let service = Service::start(engine);
    let holder = Holder::start(&service, engine);
    let import = text("Queue", 1);
    // One is worked on, 16 wait.
    std::thread::scope(|scope| {
        let begun =
            [(); 17].map(|()| scope.spawn(|| begin(&service, ACCOUNT, &service.token, &import).status));
        assert_eq!(begun.map(|begun| begun.join().unwrap()), [202; 17]);
    });
    let refused = begin(&service, ACCOUNT, &service.token, &import);
    assert_eq!(refused.error(), (429, "too_many_imports".to_owned()));
    drop(holder);
    let again = || begin(&service, ACCOUNT, &service.token, &import);
    eventually_within(IMPORT_PATIENCE, again, |answer| answer.status == 202);
}

/// The database is elsewhere, so only the answer has no room.
#[test]
fn an_answer_says_that_its_items_had_no_room() {
    let service = Service::start(Engine::Postgres);
    let path = format!("/manage/v1/accounts/{ACCOUNT}/handoffs/import");
    let import = text("Room", 2000);
    service.server.limit_file_size(Some(1)).unwrap();
    let answer = service.import(&service.token, &path, &import).json();
    assert_eq!((&answer["create"], &answer["itemsTruncated"]), (&json!(2000), &json!(true)));
    assert_eq!(answer["items"], json!([]));
    service.server.limit_file_size(None).unwrap();
    let answer = service.import(&service.token, &path, &import).json();
    assert_eq!((answer["items"].as_array().unwrap().len(), &answer["itemsTruncated"]), (2000, &Value::Null));
}

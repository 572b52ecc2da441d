//! Background imports over HTTP: every node and the command line show their status, also after the server that
//! ran them was killed. Concurrent imports queue.

use std::io::Write;
use std::path::Path;
use std::process::{Child, ChildStdin, Stdio};

use outbound_testkit::Server;
use serde_json::{Value, json};

use crate::support::http::send;
use crate::support::{
    ACCOUNT, Engine, IMPORT_TIMEOUT, OTHER_ACCOUNT, OUTBOUND, Response, Service, eventually,
    eventually_within, handoffs, on_both_engines,
};

on_both_engines!(
    every_node_returns_the_status_of_an_import,
    the_import_of_a_killed_server_ends_as_failed,
    a_stopping_server_leaves_no_import_incomplete,
    an_import_waits_for_another_writer,
    an_account_with_too_many_imports_gets_429,
);

const STOPPED: &str =
    "the server stopped before the import was complete; nothing was imported; send it again";
/// Enough handoffs that their import takes a while.
const MANY: usize = 10_000;

/// An import by the command line that does not end. It locks the account, and on SQLite the database.
struct BlockingImport {
    child: Child,
    _input: ChildStdin,
}

impl BlockingImport {
    fn start(service: &Service, engine: Engine) -> Self {
        let mut command = service.installation.command(&["import", "--account", ACCOUNT, "-"]);
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        // More than the pipe and the process buffer, so that the transaction is open when this is written.
        let mut large = handoffs("Held", if engine == Engine::Sqlite { 450 } else { 50 });
        for handoff in &mut large {
            handoff["channels"][0]["messageComponents"][0]["content"] = "x".repeat(100_000).into();
        }
        let large = Value::from(large).to_string();
        input.write_all(large.strip_suffix(']').unwrap().as_bytes()).unwrap();
        Self { child, _input: input }
    }
}

impl Drop for BlockingImport {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// Starts another node with the same database.
fn start_second_node(service: &Service) -> Server {
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

/// Starts a background import; the response has the location of its status.
fn start_import(service: &Service, account: &str, token: &str, text: &str) -> Response {
    let path = format!("/manage/v1/accounts/{account}/handoffs/import?mode=apply");
    let headers =
        [("authorization", token), ("content-type", "application/json"), ("prefer", "respond-async")];
    service.send("POST", &path, &headers, text)
}

fn text(series: &str, count: usize) -> String {
    Value::from(handoffs(series, count)).to_string()
}

/// The job of the import in the list of the account's jobs.
fn import_job(service: &Service) -> Value {
    let jobs = service.installation.run(&["jobs", "list", "--account", ACCOUNT, "--json"]).json();
    let is_import = |job: &&Value| job["id"].as_str().unwrap().starts_with("import/");
    jobs.as_array().unwrap().iter().find(is_import).cloned().unwrap_or_default()
}

/// The number of handoffs of the series.
fn count(service: &Service, series: &str) -> usize {
    let all = service.installation.exported(ACCOUNT);
    let names = all.as_array().unwrap().iter().filter_map(|handoff| handoff["name"].as_str());
    names.filter(|name| name.starts_with(series)).count()
}

fn every_node_returns_the_status_of_an_import(engine: Engine) {
    let service = Service::start(engine);
    let node = start_second_node(&service);
    let from_other_node = |location: &str| {
        send("GET", &format!("{}{location}", node.base()), &[("authorization", &service.token)], "")
    };
    let mut handoffs = handoffs("Told", 30);
    for handoff in &mut handoffs {
        handoff["channels"][0]["outboundnumber"] = "not a sender at all".into();
    }
    let started = start_import(&service, ACCOUNT, &service.token, &Value::from(handoffs).to_string());
    assert_eq!(started.status, 202, "{started:?}");
    let location = started.header("location").to_owned();
    let first = from_other_node(&location);
    assert_eq!(first.status, 200, "the status is available before the client can request it: {first:?}");
    let here = service.import_status(&service.token, &location).json();
    let there = eventually_within(
        IMPORT_TIMEOUT,
        || from_other_node(&location),
        |response| response.json()["state"] != "running",
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
    let job = import_job(&service);
    assert_eq!((&job["state"], &job["report"]["by"]), (&json!("done"), &here["by"]));
    assert_eq!(job["report"]["result"]["create"], 30);
    // The other node returns the error of a rejected import, too.
    let started = start_import(&service, ACCOUNT, &service.token, r#"[{"name": 7}]"#);
    let rejected = eventually(
        || from_other_node(started.header("location")),
        |response| response.json()["state"] != "running",
    );
    assert_eq!(rejected.json()["error"]["error"], "bad_handoff", "{rejected:?}");
    let empty = start_import(&service, ACCOUNT, &service.token, "[]");
    let empty = eventually(
        || from_other_node(empty.header("location")),
        |response| response.json()["state"] != "running",
    );
    assert_eq!(empty.json()["state"], "failed", "nothing was imported: {empty:?}");
    // An import that is answered within its request leaves no job.
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
    let location = start_import(&service, ACCOUNT, &service.token, &text).header("location").to_owned();
    service.server.kill().unwrap();
    assert_eq!(import_job(&service)["state"], "running", "no server has noticed yet");
    let node = start_second_node(&service);
    let ask = || send("GET", &format!("{}{location}", node.base()), &[("authorization", &service.token)], "");
    let failed =
        eventually_within(IMPORT_TIMEOUT, ask, |response| response.json()["state"] != "running").json();
    assert_eq!(failed["state"], "failed", "{failed}");
    assert_eq!(
        (&failed["error"]["error"], &failed["error"]["message"]),
        (&json!("stopping"), &json!(STOPPED))
    );
    let job = import_job(&service);
    assert_eq!((&job["state"], &job["error"]), (&json!("failed"), &json!(STOPPED)));
    assert!(job["report"]["by"].is_string() && job["endedAt"].is_string(), "{job}");
    assert_eq!(count(&service, "Lost"), 0);
    let retry = ["jobs", "retry", "--account", ACCOUNT, job["id"].as_str().unwrap()];
    service.installation.run(&retry).failed(1, "its file is not stored; send it again");
}

/// The import completes within the drain time, or saves nothing.
fn a_stopping_server_leaves_no_import_incomplete(engine: Engine) {
    let mut service = Service::start(engine);
    assert_eq!(start_import(&service, ACCOUNT, &service.token, &text("Stop", MANY)).status, 202);
    assert!(service.server.stop().unwrap().success());
    // A server that had no time to record the failure leaves it to the next one, after the lease.
    let _node = start_second_node(&service);
    let job = eventually_within(IMPORT_TIMEOUT, || import_job(&service), |job| job["state"] != "running");
    let expected = match job["state"].as_str() {
        Some("done") => MANY,
        Some("failed") => 0,
        _ => panic!("{job}"),
    };
    assert_eq!(count(&service, "Stop"), expected);
    if expected == 0 {
        assert_eq!(job["error"], STOPPED);
    }
}

fn an_import_waits_for_another_writer(engine: Engine) {
    let service = Service::start(engine);
    let token = service.new_token(OTHER_ACCOUNT, "handoffs.write");
    let accounts = [(ACCOUNT, &*service.token), (OTHER_ACCOUNT, &*token)];
    let blocking_import = BlockingImport::start(&service, engine);
    let path = |account: &str| format!("/manage/v1/accounts/{account}/handoffs/import?mode=apply");
    let json = ("content-type", "application/json");
    let responses = std::thread::scope(|scope| {
        let ask = |(account, token): (&str, &str)| {
            service.send("POST", &path(account), &[("authorization", token), json], &text("Wait", 5))
        };
        let asked = accounts.map(|account| scope.spawn(move || ask(account)));
        asked.map(|asked| asked.join().unwrap())
    });
    assert_eq!(responses[0].status, 202, "{responses:?}");
    let created = |response: &Response, token: &str| {
        let result = service.import_result(token, response.header("location"));
        assert_eq!((result.status, &result.json()["create"]), (200, &json!(5)), "{result:?}");
    };
    match (engine, responses[1].status) {
        (Engine::Sqlite, status) => assert_eq!(status, 202, "{responses:?}"),
        // The second account does not wait; on a slow machine its import is done after its request.
        (Engine::Postgres, 202) => created(&responses[1], accounts[1].1),
        (Engine::Postgres, status) => assert_eq!(status, 200, "{responses:?}"),
    }
    drop(blocking_import);
    for (response, (_, token)) in
        responses.iter().zip(accounts).filter(|(response, _)| response.status == 202)
    {
        created(response, token);
    }
}

fn an_account_with_too_many_imports_gets_429(engine: Engine) {
    let service = Service::start(engine);
    let blocking_import = BlockingImport::start(&service, engine);
    let import = text("Queue", 1);
    // One runs, 16 wait.
    std::thread::scope(|scope| {
        let started = [(); 17]
            .map(|()| scope.spawn(|| start_import(&service, ACCOUNT, &service.token, &import).status));
        assert_eq!(started.map(|started| started.join().unwrap()), [202; 17]);
    });
    let rejected = start_import(&service, ACCOUNT, &service.token, &import);
    assert_eq!(rejected.error(), (429, "too_many_imports".to_owned()));
    drop(blocking_import);
    let again = || start_import(&service, ACCOUNT, &service.token, &import);
    eventually_within(IMPORT_TIMEOUT, again, |response| response.status == 202);
}

/// The database server has its own disk, so only the file of the response cannot be written.
#[test]
fn a_response_without_disk_space_for_its_items_is_marked_truncated() {
    let service = Service::start(Engine::Postgres);
    let path = format!("/manage/v1/accounts/{ACCOUNT}/handoffs/import");
    let import = text("Room", 2000);
    service.server.limit_file_size(Some(1)).unwrap();
    let response = service.import(&service.token, &path, &import).json();
    assert_eq!((&response["create"], &response["itemsTruncated"]), (&json!(2000), &json!(true)));
    assert_eq!(response["items"], json!([]));
    service.server.limit_file_size(None).unwrap();
    let response = service.import(&service.token, &path, &import).json();
    assert_eq!(
        (response["items"].as_array().unwrap().len(), &response["itemsTruncated"]),
        (2000, &Value::Null)
    );
}

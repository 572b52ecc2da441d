//! The change feed: in pages, as a stream, and on the command line.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpStream;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::{
    ACCOUNT, Engine, Events, OTHER_ACCOUNT, Service, connect_and_send, eventually, handoffs, on_both_engines,
};

on_both_engines!(
    pages_are_linked_by_next,
    a_stream_resumes_after_the_last_event,
    a_stream_ends_when_its_client_is_revoked,
    a_stream_ends_cleanly_when_the_server_stops,
    an_account_may_open_twenty_streams,
    only_clients_that_may_read_drafts_read_the_feed,
    the_command_line_follows_the_feed,
);

const CHANGES: &str = "/manage/v1/accounts/12345678/changes";

fn import(service: &Service, series: &str, count: usize) {
    let file = Value::from(handoffs(series, count)).to_string();
    service.installation.run_with(&["import", "--account", ACCOUNT, "-"], &file).succeeded();
}

fn stream(service: &Service, token: &str, last: &str) -> Events {
    Events::open(&format!("{}{CHANGES}", service.server.base()), token, last)
}

fn pages_are_linked_by_next(engine: Engine) {
    let service = Service::shared(engine);
    let page = |query: &str| service.get(&format!("{CHANGES}?{query}")).json();
    let full_page = page("limit=1000");
    let all = full_page["items"].as_array().unwrap();
    assert!(all.len() > 20, "{full_page}");
    let (mut collected, mut next) = (Vec::new(), json!(0));
    loop {
        let small_page = page(&format!("since={next}&limit=7"));
        next = small_page["next"].clone();
        match small_page["items"].as_array().unwrap() {
            items if items.is_empty() => break,
            items => collected.extend(items.clone()),
        }
    }
    assert_eq!((&collected, &next), (all, &json!(all.len())));
    let from_cli = service.installation.run(&["changes", "--account", ACCOUNT, "--since", "3", "--json"]);
    assert_eq!(from_cli.json().as_array().unwrap()[..], all[3..]);
    let kinds: Vec<_> = all[..2].iter().map(|change| change["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["handoff.saved", "handoff.published"]);
}

fn a_stream_resumes_after_the_last_event(engine: Engine) {
    let service = Service::start(engine);
    let all = service.get(&format!("{CHANGES}?limit=1000")).json();
    let last = all["next"].as_i64().unwrap();
    let mut first = stream(&service, &service.token, "");
    assert_eq!(first.sequences(3), [1, 2, 3]);
    assert_eq!(first.last, "3");
    let mut second = stream(&service, &service.token, &first.last);
    drop(first);
    assert_eq!(second.next(), Some(all["items"][3].clone()));
    // After the existing changes, the stream waits for those of another process.
    let remaining = last - 4;
    second.sequences(usize::try_from(remaining).unwrap());
    import(&service, "New", 2);
    assert_eq!(second.sequences(4), (last + 1..=last + 4).collect::<Vec<_>>());
    let mut third = stream(&service, &service.token, &(last + 3).to_string());
    assert_eq!(third.sequences(1), [last + 4]);
}

fn a_stream_ends_when_its_client_is_revoked(engine: Engine) {
    let service = Service::start(engine);
    let mut events = stream(&service, &service.token, "");
    events.sequences(1);
    let revoke = ["client", "revoke", "--account", ACCOUNT, &*service.client.id];
    service.installation.run(&revoke).succeeded();
    while events.next().is_some() {}
    let rejected = service.get(CHANGES).error();
    assert_eq!(rejected, (401, "credential_revoked".to_owned()));
}

fn a_stream_ends_cleanly_when_the_server_stops(engine: Engine) {
    let mut service = Service::start(engine);
    let mut events = stream(&service, &service.token, "");
    events.sequences(1);
    assert!(service.server.stop().unwrap().success());
    while events.next().is_some() {}
    assert!(!service.server.log().contains("still busy"), "{}", service.server.log());
}

/// Opens the stream on a new connection and reads the status.
fn open_stream(service: &Service) -> (TcpStream, String) {
    let request = format!(
        "GET {CHANGES} HTTP/1.1\r\nHost: x\r\nAuthorization: {}\r\nAccept: text/event-stream\r\n\r\n",
        service.token
    );
    let mut stream = connect_and_send(service.server.base(), request.as_bytes());
    let mut status_line = [0; 12];
    stream.read_exact(&mut status_line).unwrap();
    (stream, String::from_utf8(status_line[9..].to_vec()).unwrap())
}

fn an_account_may_open_twenty_streams(engine: Engine) {
    let service = Service::start(engine);
    let mut open: Vec<_> = (0..20).map(|_| open_stream(&service)).collect();
    assert!(open.iter().all(|(_, status)| status == "200"));
    let headers = [("authorization", &*service.token), ("accept", "text/event-stream")];
    let rejected = service.send("GET", CHANGES, &headers, "");
    assert_eq!(rejected.error(), (429, "too_many_streams".to_owned()));
    open.pop();
    let again = eventually(|| open_stream(&service), |(_, status)| status == "200");
    assert_eq!(again.1, "200", "a stream was closed, so another may be opened");
}

/// Takes 15 s, so it runs on one engine only.
#[test]
fn a_stream_sends_a_retry_time_and_keep_alive_comments() {
    let service = Service::shared(Engine::Sqlite);
    let last = service.get(&format!("{CHANGES}?limit=1000")).json()["next"].to_string();
    let mut events = stream(service, &service.token, &last);
    assert_eq!([events.line(), events.line(), events.line()], ["retry: 2000", "", ":"]);
}

fn only_clients_that_may_read_drafts_read_the_feed(engine: Engine) {
    let service = Service::shared(engine);
    let reader = service.new_token(ACCOUNT, "handoffs.read");
    let other = service.new_token(OTHER_ACCOUNT, "handoffs.write");
    for (token, code) in [(&reader, "no_right"), (&other, "other_account")] {
        for accept in ["application/json", "text/event-stream"] {
            let headers = [("authorization", &**token), ("accept", accept)];
            let rejected = service.send("GET", CHANGES, &headers, "").error();
            assert_eq!(rejected, (403, code.to_owned()), "{accept}");
        }
    }
}

fn the_command_line_follows_the_feed(engine: Engine) {
    let service = Service::start(engine);
    let next = service.get(&format!("{CHANGES}?limit=1000")).json()["next"].as_i64().unwrap();
    let since = next.to_string();
    let arguments = ["changes", "--account", ACCOUNT, "--since", &since, "--follow", "--json"];
    let mut follower = service.installation.command(&arguments).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(follower.stdout.take().unwrap()).lines();
    import(&service, "New", 1);
    for number in [next + 1, next + 2] {
        let line: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
        assert_eq!(line["sequence"], number, "{line}");
    }
    follower.kill().unwrap();
    follower.wait().unwrap();
}

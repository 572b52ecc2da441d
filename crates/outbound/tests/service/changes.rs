//! The feed of changes: in pages, as a stream, on the command line.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::{ACCOUNT, Engine, Events, OTHER_ACCOUNT, Service, handoffs, on_both_engines};

on_both_engines!(
    pages_are_walked_by_next,
    a_stream_goes_on_where_it_was_left,
    a_stream_ends_when_its_client_is_revoked,
    a_stream_ends_in_good_order_with_the_server,
    only_who_may_see_drafts_reads_the_feed,
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

fn pages_are_walked_by_next(engine: Engine) {
    let service = Service::shared(engine);
    let page = |query: &str| service.get(&format!("{CHANGES}?{query}")).json();
    let whole = page("limit=1000");
    let all = whole["items"].as_array().unwrap();
    assert!(all.len() > 20, "{whole}");
    let (mut walked, mut next) = (Vec::new(), json!(0));
    loop {
        let part = page(&format!("since={next}&limit=7"));
        next = part["next"].clone();
        match part["items"].as_array().unwrap() {
            items if items.is_empty() => break,
            items => walked.extend(items.clone()),
        }
    }
    assert_eq!((&walked, &next), (all, &json!(all.len())));
    let printed = service.installation.run(&["changes", "--account", ACCOUNT, "--since", "3", "--json"]);
    assert_eq!(printed.json().as_array().unwrap()[..], all[3..]);
    let kinds: Vec<_> = all[..2].iter().map(|change| change["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["handoff.saved", "handoff.published"]);
}

fn a_stream_goes_on_where_it_was_left(engine: Engine) {
    let service = Service::start(engine);
    let all = service.get(&format!("{CHANGES}?limit=1000")).json();
    let last = all["next"].as_i64().unwrap();
    let mut first = stream(&service, &service.token, "");
    assert_eq!(first.numbers(3), [1, 2, 3]);
    assert_eq!(first.last, "3");
    let mut second = stream(&service, &service.token, &first.last);
    drop(first);
    assert_eq!(second.next(), Some(all["items"][3].clone()));
    // The stream waits until another process makes more.
    let waiting = last - 4;
    second.numbers(usize::try_from(waiting).unwrap());
    import(&service, "New", 2);
    assert_eq!(second.numbers(4), (last + 1..=last + 4).collect::<Vec<_>>());
    let mut third = stream(&service, &service.token, &(last + 3).to_string());
    assert_eq!(third.numbers(1), [last + 4]);
}

fn a_stream_ends_when_its_client_is_revoked(engine: Engine) {
    let service = Service::start(engine);
    let mut events = stream(&service, &service.token, "");
    events.numbers(1);
    let revoke = ["client", "revoke", "--account", ACCOUNT, &*service.client.id];
    service.installation.run(&revoke).succeeded();
    while events.next().is_some() {}
    let refused = service.get(CHANGES).error();
    assert_eq!(refused, (401, "credential_revoked".to_owned()));
}

fn a_stream_ends_in_good_order_with_the_server(engine: Engine) {
    let mut service = Service::start(engine);
    let mut events = stream(&service, &service.token, "");
    events.numbers(1);
    assert!(service.server.stop().unwrap().success());
    while events.next().is_some() {}
    assert!(!service.server.log().contains("still busy"), "{}", service.server.log());
}

fn only_who_may_see_drafts_reads_the_feed(engine: Engine) {
    let service = Service::shared(engine);
    let reader = service.new_token(ACCOUNT, "handoffs.read");
    let other = service.new_token(OTHER_ACCOUNT, "handoffs.write");
    for (token, code) in [(&reader, "no_right"), (&other, "other_account")] {
        for accept in ["application/json", "text/event-stream"] {
            let headers = [("authorization", &**token), ("accept", accept)];
            let refused = service.send("GET", CHANGES, &headers, "").error();
            assert_eq!(refused, (403, code.to_owned()), "{accept}");
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

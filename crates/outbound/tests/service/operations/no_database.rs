//! PostgreSQL that refuses connections or stops responding.

use std::path::Path;
use std::thread::scope;
use std::time::{Duration, Instant};

use outbound_testkit::{Fault, Postgres, Server};

use super::{assert_unavailable, bearer, writes};
use crate::support::http::send;
use crate::support::{ACCOUNT, Events, LIST, OUTBOUND, Response, eventually};

/// The request timeout of 10 s, with some time for a busy machine. Less than the timeout of the client.
const MAX_RESPONSE_TIME: Duration = Duration::from_secs(18);

#[test]
fn without_a_database_every_request_is_answered_in_time() {
    let postgres = Postgres::start().unwrap();
    let proxy = postgres.proxy("127.0.0.1:0").unwrap();
    let database = proxy.url(&postgres.database().unwrap());
    let server = Server::start(Path::new(OUTBOUND), &["--demo", "--database", &database]).unwrap();
    let user = &server.credentials()["user"];
    let token = bearer(server.base(), user);
    let ask = |method: &str, path: &str, body: &str| -> Response {
        let started = Instant::now();
        let headers = [("content-type", "application/json"), ("authorization", &*token)];
        let response = send(method, &format!("{}{path}", server.base()), &headers, body);
        assert!(started.elapsed() < MAX_RESPONSE_TIME, "{path}: {:?}", started.elapsed());
        response
    };
    let changes = format!("{}/manage/v1/accounts/{ACCOUNT}/changes", server.base());
    for fault in [Fault::Refuse, Fault::Freeze] {
        let mut stream = Events::open(&changes, &token, "");
        stream.sequences(1);
        proxy.set(fault);
        // The stream ends. The response to the next request reports the cause.
        while stream.next().is_some() {}
        let mut requests = vec![
            ("GET", format!("{LIST}?v=1&limit=7"), String::new()),
            ("GET", format!("/manage/v1/accounts/{ACCOUNT}/handoffs"), String::new()),
            ("GET", "/readyz".to_owned(), String::new()),
        ];
        let posts = writes(user, "Never").into_iter();
        requests.extend(posts.map(|(path, body)| ("POST", path, body)));
        // Concurrently, so that the timeouts take ten seconds and not a minute.
        scope(|scope| {
            let responses =
                requests.iter().map(|(method, path, body)| (path, scope.spawn(|| ask(method, path, body))));
            for (path, response) in responses.collect::<Vec<_>>() {
                assert_unavailable(&format!("{fault:?} {path}"), &response.join().unwrap());
            }
        });
        proxy.set(Fault::None);
        let list = || ask("GET", &format!("{LIST}?v=1&limit=7"), "");
        assert_eq!(eventually(list, |response| response.status == 200).status, 200);
        for (path, body) in writes(user, &format!("{fault:?}")) {
            let response = ask("POST", &path, &body);
            assert!(response.status < 300, "{path}: {response:?}");
        }
    }
    let log = server.log();
    assert!(log.contains("PostgreSQL at 127.0.0.1:"), "{log}");
}

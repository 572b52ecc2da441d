//! A full disk with SQLite.

use outbound_testkit::Server;

use super::{assert_unavailable, bearer, writes};
use crate::support::{Engine, LIST, Service, eventually};

fn limit(server: &Server, bytes: Option<u64>) {
    server.limit_file_size(bytes).unwrap();
}

#[test]
fn writes_succeed_as_soon_as_there_is_disk_space() {
    let service = Service::start(Engine::Sqlite);
    let user = &service.server.credentials()["user"];
    let json = ("content-type", "application/json");
    let authorization = bearer(service.server.base(), user);
    let send =
        |path: &str, body: &str| service.send("POST", path, &[json, ("authorization", &authorization)], body);
    for round in ["A", "B"] {
        for (path, body) in writes(user, round) {
            limit(&service.server, Some(1));
            for _ in 0..2 {
                assert_unavailable(&path, &send(&path, &body));
            }
            let ready = || service.get_as("", "/readyz");
            assert_unavailable("/readyz", &eventually(ready, |response| response.status == 503));
            assert_eq!(service.get(&format!("{LIST}?v=1")).status, 200);
            limit(&service.server, None);
            let response = send(&path, &body);
            assert!(response.status < 300, "{path}: {response:?}");
            assert_eq!(eventually(ready, |response| response.status == 200).status, 200);
        }
    }
}

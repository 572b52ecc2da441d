//! A primary with two standbys, configured as documented, and a node that follows the promoted one.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use outbound_testkit::{Postgres, Server};
use tempfile::TempDir;

use super::{assert_unavailable, example, handoff};
use crate::support::http::send;
use crate::support::service::token_of;
use crate::support::{ACCOUNT, Client, LIST, OUTBOUND, eventually};

/// The documented address with a short time to live. It is a link that leads to one of the servers.
struct Address(TempDir);

impl Address {
    fn point_to(&self, postgres: &Postgres) {
        let path = self.0.path().join("host");
        let _ = fs::remove_file(&path);
        symlink(postgres.folder(), &path).unwrap();
    }

    fn url(&self, database: &str, postgres: &Postgres) -> String {
        let host = self.0.path().join("host");
        database.replace(&postgres.folder().display().to_string(), &host.display().to_string())
    }
}

#[test]
fn a_node_reads_from_a_standby_and_writes_after_its_promotion() {
    let mut primary = Postgres::start().unwrap();
    let database = primary.database().unwrap();
    let [mut first, second] = ["standby1", "standby2"].map(|name| primary.standby(name).unwrap());
    primary.configure(&example("conf", &[])).unwrap();
    let address = Address(TempDir::new().unwrap());
    address.point_to(&primary);
    let database = address.url(&database, &primary);
    let server = Server::start(Path::new(OUTBOUND), &["--demo", "--database", &database]).unwrap();
    let token = token_of(server.base(), ACCOUNT, &Client::from_json(&server.credentials()["oauth2"]));
    let headers = [("authorization", &*token), ("content-type", "application/json")];
    let ask = |method: &str, path: &str, body: &str| {
        send(method, &format!("{}{path}", server.base()), &headers, body)
    };
    let handoffs = format!("/manage/v1/accounts/{ACCOUNT}/handoffs");
    let names = || ask("GET", &format!("{handoffs}?q=Acknowledged"), "");
    let synchronous = || {
        let mut psql = primary.client("psql");
        let query = "SELECT application_name FROM pg_stat_replication WHERE sync_state = 'sync'";
        let ran = psql.args(["--no-align", "--tuples-only", "--command", query, "postgres"]).output();
        String::from_utf8(ran.unwrap().stdout).unwrap().trim().to_owned()
    };
    let wait_for_synchronous = |standby: &str| eventually(synchronous, |name| name == standby);

    assert_eq!(wait_for_synchronous("standby1"), "standby1");
    assert_eq!(ask("POST", &handoffs, &handoff("Acknowledged by the first")).status, 201);
    // Writes succeed with one of two standbys.
    first.stop().unwrap();
    assert_eq!(wait_for_synchronous("standby2"), "standby2");
    let created = ask("POST", &handoffs, &handoff("Acknowledged by the second"));
    assert_eq!(created.status, 201, "{created:?}");
    primary.kill().unwrap();

    address.point_to(&second);
    let list = format!("{LIST}?v=1&limit=7");
    assert_eq!(eventually(|| ask("GET", &list, ""), |response| response.status == 200).status, 200);
    let found = eventually(names, |response| response.status == 200);
    assert_eq!(found.json()["items"].as_array().unwrap().len(), 2, "{found:?}");
    let rejected =
        eventually(|| ask("POST", &handoffs, &handoff("Rejected")), |response| response.status == 503);
    assert_unavailable("a standby", &rejected);
    assert_unavailable("/readyz", &ask("GET", "/readyz", ""));
    assert_eq!(names().status, 200, "reads still succeed");

    second.promote().unwrap();
    let ready = eventually(|| ask("GET", "/readyz", ""), |response| response.status == 200);
    assert_eq!(ready.status, 200, "{ready:?}");
    let created = eventually(|| ask("POST", &handoffs, &handoff("After")), |response| response.status != 503);
    assert_eq!(created.status, 201, "{created:?}");
}

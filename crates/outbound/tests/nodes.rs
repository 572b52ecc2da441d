//! Two nodes on one PostgreSQL: changes reach both nodes, and the service survives when a node or the
//! database is killed. Timeouts are generous because the machine may be busy; docs/operations.md has
//! typical times.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "nodes/campaigns.rs"]
mod campaigns;
#[path = "service/support/mod.rs"]
#[allow(dead_code, unused_imports, unused_macros, reason = "the other scenarios need the rest")]
mod support;

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use outbound_testkit::{Postgres, Server};
use serde_json::Value;
use support::http::send;
use support::service::token_of;
use support::{ACCOUNT, Client, Events, Installation, LIST, OUTBOUND, Receiver, Response, handoffs};
use tempfile::TempDir;

const PRIVATE: &str = "--webhooks-to-private-networks";
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(30);

/// Two nodes that were started at the same time on an empty database. Fields are dropped in this order.
struct Cluster {
    nodes: [Server; 2],
    installation: Installation,
    client: Client,
    token: String,
    postgres: Postgres,
    _folder: TempDir,
}

impl Cluster {
    fn start() -> Self {
        let (postgres, folder) = (Postgres::start().unwrap(), TempDir::new().unwrap());
        let (database, key) = (postgres.database().unwrap(), folder.path().join("outbound.key"));
        let start = || {
            let key = key.to_str().unwrap();
            let arguments = ["--database", &database, "--key-file", key, PRIVATE];
            Server::start(Path::new(OUTBOUND), &arguments).unwrap()
        };
        let nodes = thread::scope(|scope| {
            let other = scope.spawn(start);
            [start(), other.join().unwrap()]
        });
        let installation = Installation::of(folder.path(), database.clone());
        installation.run(&["account", "create", ACCOUNT]).succeeded();
        let client = Client::from_json(
            &installation.run(&["client", "create", "--account", ACCOUNT, "--json"]).json(),
        );
        let token = token_of(nodes[0].base(), ACCOUNT, &client);
        Self { nodes, installation, client, token, postgres, _folder: folder }
    }

    /// Imports `count` handoffs; they are acknowledged when this returns.
    fn import(&self, series: &str, count: usize) {
        let file = Value::from(handoffs(series, count)).to_string();
        self.installation.run_with(&["import", "--account", ACCOUNT, "--publish", "-"], &file).succeeded();
    }

    fn get(&self, node: usize, parameters: &str) -> Response {
        let url = format!("{}{LIST}?v=1{parameters}", self.nodes[node].base());
        send("GET", &url, &[("authorization", &self.token)], "")
    }

    /// Reads from the node until the response is as wanted.
    #[track_caller]
    fn wait_for(&self, node: usize, parameters: &str, wanted: impl Fn(&Response) -> bool) -> Response {
        let begin = Instant::now();
        loop {
            let response = self.get(node, parameters);
            if wanted(&response) {
                return response;
            }
            assert!(begin.elapsed() < RESPONSE_TIMEOUT, "the last response of node {node} is {response:?}");
            thread::sleep(Duration::from_millis(20));
        }
    }

    #[track_caller]
    fn wait_for_totals(&self, total: &str) {
        for node in [0, 1] {
            self.wait_for_total(node, total);
        }
    }

    #[track_caller]
    fn wait_for_total(&self, node: usize, total: &str) {
        self.wait_for(node, "", |response| {
            response.status == 200 && response.header("x-total-count") == total
        });
    }
}

#[test]
fn both_nodes_serve_changes_of_other_processes() {
    let cluster = Cluster::start();
    for (series, total) in [("A", "3"), ("B", "6")] {
        cluster.import(series, 3);
        cluster.wait_for_totals(total);
    }
    let client = cluster.client.id.as_str();
    cluster.installation.run(&["client", "revoke", "--account", ACCOUNT, client]).succeeded();
    for node in [0, 1] {
        cluster.wait_for(node, "", |response| response.status == 401);
    }
}

#[test]
fn a_change_reaches_the_streams_of_both_nodes() {
    let cluster = Cluster::start();
    let client = ["client", "create", "--account", ACCOUNT, "--scope", "handoffs.write", "--json"];
    let client = Client::from_json(&cluster.installation.run(&client).json());
    let token = token_of(cluster.nodes[0].base(), ACCOUNT, &client);
    let mut streams = [0, 1].map(|node: usize| {
        let url = format!("{}/manage/v1/accounts/{ACCOUNT}/changes", cluster.nodes[node].base());
        Events::open(&url, &token, "")
    });
    for (series, sequences) in [("A", [1, 2]), ("B", [3, 4])] {
        cluster.import(series, 1);
        let written = Instant::now();
        for events in &mut streams {
            assert_eq!(events.sequences(2), sequences);
        }
        assert!(written.elapsed() < Duration::from_secs(10), "{:?}", written.elapsed());
    }
}

#[test]
fn each_change_is_delivered_once_by_either_node() {
    let cluster = Cluster::start();
    let (receiver, key) = (Receiver::start(&[]), cluster.installation.folder.join("outbound.key"));
    let create = ["webhook", "create", &receiver.url, "--account", ACCOUNT, PRIVATE];
    let key = ["--key-file", key.to_str().unwrap()];
    cluster.installation.run(&[&create[..], &key].concat()).succeeded();
    // The nodes claim deliveries of the webhook concurrently, so both deliver some.
    cluster.import("A", 200);
    let mut delivered: Vec<_> = (0..400).map(|_| receiver.next().sequence()).collect();
    delivered.sort_unstable();
    assert_eq!(delivered, (1..=400).collect::<Vec<_>>());
    cluster.import("B", 1);
    let mut rest = [receiver.next().sequence(), receiver.next().sequence()];
    rest.sort_unstable();
    assert_eq!(rest, [401, 402]);
    assert!(receiver.received().is_empty());
}

#[test]
fn a_client_that_retries_once_survives_a_killed_node() {
    let mut cluster = Cluster::start();
    cluster.import("A", 3);
    cluster.wait_for_totals("3");
    let urls = [0, 1].map(|node: usize| format!("{}{LIST}?v=1", cluster.nodes[node].base()));
    let token = cluster.token.clone();
    let read = move |url: &String| {
        let response = ureq::get(url).header("authorization", &token).call();
        response.is_ok_and(|response| response.headers()["x-total-count"] == "3")
    };
    let client = thread::spawn(move || {
        let retried = (0..200).filter(|_| {
            let first = read(&urls[0]);
            assert!(first || read(&urls[1]), "both nodes failed");
            thread::sleep(Duration::from_millis(5));
            !first
        });
        retried.count()
    });
    thread::sleep(Duration::from_millis(200));
    cluster.nodes[0].kill().unwrap();
    assert!(client.join().unwrap() > 0, "no request failed on the killed node");
    cluster.import("B", 1);
    cluster.wait_for_total(1, "4");
}

#[test]
fn nodes_and_acknowledged_changes_survive_a_killed_database() {
    let mut cluster = Cluster::start();
    cluster.import("A", 3);
    cluster.wait_for_totals("3");
    cluster.postgres.kill().unwrap();
    for node in [0, 1] {
        let stale = cluster.wait_for(node, "", |response| response.header("warning").starts_with("110 "));
        assert_eq!((stale.status, stale.header("x-total-count")), (200, "3"));
        assert!(stale.header("age").parse::<u32>().is_ok(), "{stale:?}");
        let rejected = cluster.get(node, "&limit=7");
        assert_eq!((rejected.status, rejected.header("retry-after")), (503, "5"), "{rejected:?}");
    }
    cluster.postgres.restart().unwrap();
    for node in [0, 1] {
        cluster
            .wait_for(node, "", |response| response.status == 200 && response.header("warning").is_empty());
        cluster.wait_for(node, "&limit=7", |response| response.header("x-total-count") == "3");
    }
    cluster.import("B", 2);
    cluster.wait_for_totals("5");
}

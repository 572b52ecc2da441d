//! HAProxy between the nodes and PostgreSQL, configured as documented.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;

use outbound_testkit::{Postgres, Server};
use tempfile::TempDir;

use super::{Daemon, assert_unavailable, example, free_port, handoff};
use crate::support::http::send;
use crate::support::service::token_of;
use crate::support::{ACCOUNT, Client, LIST, OUTBOUND, eventually};

/// Whether a host is the primary, and the number of health checks.
#[derive(Default)]
struct Health {
    primary: AtomicBool,
    checks: AtomicU32,
}

/// Serves health checks at `address` as Patroni does: 200 for the primary, 503 for others.
fn health(address: &str) -> Arc<Health> {
    let listener = TcpListener::bind(address).unwrap();
    let health = Arc::new(Health::default());
    let response = health.clone();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 1024]);
            let primary = response.primary.load(Ordering::Relaxed);
            let status = if primary { "200 OK" } else { "503 Unavailable" };
            let _ = write!(stream, "HTTP/1.0 {status}\r\nContent-Length: 0\r\n\r\n");
            response.checks.fetch_add(1, Ordering::Relaxed);
        }
    });
    health
}

#[test]
fn nodes_follow_the_primary_behind_the_documented_haproxy() {
    let (folder, postgres) = (TempDir::new().unwrap(), Postgres::start().unwrap());
    let (port, database_port, check) = (free_port(), free_port(), free_port());
    let hosts = ["127.0.0.21", "127.0.0.22"];
    let _proxies = hosts.map(|host| postgres.proxy(&format!("{host}:{database_port}")).unwrap());
    let primaries = hosts.map(|host| health(&format!("{host}:{check}")));
    let config = example(
        "haproxy",
        &[
            ("10.0.0.", "127.0.0."),
            ("127.0.0.1:5432", &format!("127.0.0.1:{port}")),
            ("21:5432", &format!("21:{database_port}")),
            ("22:5432", &format!("22:{database_port}")),
            ("port 8008", &format!("port {check}")),
        ],
    );
    fs::write(folder.path().join("haproxy.cfg"), config).unwrap();
    primaries[0].primary.store(true, Ordering::Relaxed);
    let _haproxy = Daemon::start(folder.path(), "haproxy", &["-db", "-f", "haproxy.cfg"], &port);
    // Until its checks have failed, the other server counts as up, and its connections are closed then.
    let checks = eventually(|| primaries[1].checks.load(Ordering::Relaxed), |checks| *checks > 2);
    assert!(checks > 2, "HAProxy checks too rarely: {checks}");

    let name = postgres.database().unwrap();
    let name = name.trim_start_matches("postgres:///").split('?').next().unwrap().to_owned();
    let database = format!("postgres://outbound@127.0.0.1:{port}/{name}");
    let server = Server::start(Path::new(OUTBOUND), &["--demo", "--database", &database]).unwrap();
    let token = token_of(server.base(), ACCOUNT, &Client::from_json(&server.credentials()["oauth2"]));
    let headers = [("authorization", &*token), ("content-type", "application/json")];
    let ask = |method: &str, path: &str, body: &str| {
        send(method, &format!("{}{path}", server.base()), &headers, body)
    };
    let handoffs = format!("/manage/v1/accounts/{ACCOUNT}/handoffs");
    assert_eq!(ask("POST", &handoffs, &handoff("Before")).status, 201);

    // No server is the primary: HAProxy accepts connections and closes them.
    primaries[0].primary.store(false, Ordering::Relaxed);
    let unavailable =
        eventually(|| ask("POST", &handoffs, &handoff("Between")), |response| response.status != 409);
    let unavailable = if unavailable.status == 201 {
        eventually(|| ask("GET", &handoffs, ""), |response| response.status != 200)
    } else {
        unavailable
    };
    assert_unavailable("without a primary", &unavailable);
    assert_unavailable("without a primary", &ask("GET", &format!("{LIST}?v=1&limit=7"), ""));
    assert_unavailable(
        "/readyz",
        &eventually(|| ask("GET", "/readyz", ""), |response| response.status == 503),
    );

    primaries[1].primary.store(true, Ordering::Relaxed);
    let ready = eventually(|| ask("GET", "/readyz", ""), |response| response.status == 200);
    assert_eq!(ready.status, 200, "{ready:?}");
    assert_eq!(ask("POST", &handoffs, &handoff("After")).status, 201);
}

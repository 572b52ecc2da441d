//! nginx in front of two nodes, configured as documented.

use std::fs;
use std::path::Path;

use outbound_testkit::{Postgres, Server};
use rcgen::generate_simple_self_signed;
use serde_json::Value;
use tempfile::TempDir;

use super::{Daemon, example, free_port, handoff};
use crate::support::http::send;
use crate::support::service::token_of;
use crate::support::{ACCOUNT, Client, LIST, OUTBOUND, handoffs};

/// Starts a node. All nodes of `database` have the same key.
fn start_node(database: &str, key: &str, arguments: &[&str]) -> Server {
    let arguments = [&["--database", database, "--key-file", key], arguments].concat();
    Server::start(Path::new(OUTBOUND), &arguments).unwrap()
}

fn nginx(folder: &Path, port: &str, nodes: [&str; 2]) -> Daemon {
    let certificate = generate_simple_self_signed(["outbound.example.com".to_owned()]).unwrap();
    let path = |name: &str| folder.join(name).display().to_string();
    fs::write(path("outbound.pem"), certificate.cert.pem()).unwrap();
    fs::write(path("outbound.key"), certificate.signing_key.serialize_pem()).unwrap();
    // The test's client does not use TLS, but nginx reads the certificate.
    let listen = format!("listen 127.0.0.1:{} ssl; listen 127.0.0.1:{port};", free_port());
    let server = example(
        "nginx",
        &[
            ("10.0.0.11:8080", nodes[0]),
            ("10.0.0.12:8080", nodes[1]),
            ("listen 443 ssl;", &listen),
            ("/etc/nginx/outbound.pem", &path("outbound.pem")),
            ("/etc/nginx/outbound.key", &path("outbound.key")),
        ],
    );
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let temporary = temporary.map(|kind| format!("{kind}_temp_path {};\n", path(kind))).concat();
    let main = format!("daemon off; master_process off; pid {};\nerror_log stderr;\n", path("nginx.pid"));
    let config = format!("{main}events {{}}\nhttp {{\naccess_log off;\n{temporary}{server}}}\n");
    fs::write(folder.join("nginx.conf"), config).unwrap();
    Daemon::start(folder, "nginx", &["-p", &path(""), "-c", &path("nginx.conf")], port)
}

#[test]
fn requests_work_through_the_documented_nginx() {
    let folder = TempDir::new().unwrap();
    let (database, key) = (Postgres::shared().unwrap().database().unwrap(), folder.path().join("key"));
    let key = key.to_str().unwrap();
    let mut nodes = [start_node(&database, key, &["--demo"]), start_node(&database, key, &[])];
    let port = free_port();
    let host = |server: &Server| server.base().trim_start_matches("http://").to_owned();
    let _nginx = nginx(folder.path(), &port, [&host(&nodes[0]), &host(&nodes[1])]);
    let base = format!("http://127.0.0.1:{port}");
    let token = token_of(&base, ACCOUNT, &Client::from_json(&nodes[0].credentials()["oauth2"]));
    let headers =
        [("authorization", &*token), ("content-type", "application/json"), ("accept-encoding", "gzip")];
    let ask = |method: &str, path: &str, more: &[(&str, &str)], body: &str| {
        send(method, &format!("{base}{path}"), &[&headers[..], more].concat(), body)
    };

    // Entity tags still match after nginx has made them weak.
    let manage = format!("/manage/v1/accounts/{ACCOUNT}");
    let created = ask("POST", &format!("{manage}/handoffs"), &[], &handoff("Tea")).json();
    let path = format!("{manage}/handoffs/{}", created["handoff"]["id"].as_str().unwrap());
    let tag = ask("GET", &path, &[], "").header("etag").to_owned();
    assert!(tag.starts_with("W/"), "nginx did not compress: {tag}");
    let saved = ask("PUT", &path, &[("if-match", &tag)], &handoff("Tea, hot"));
    assert_eq!(saved.status, 200, "{saved:?}");
    assert_eq!(ask("PUT", &path, &[("if-match", &tag)], &handoff("Tea, cold")).status, 412);
    let list = format!("{LIST}?v=1");
    let tag = ask("GET", &list, &[], "").header("etag").to_owned();
    assert_eq!(ask("GET", &list, &[("if-none-match", &tag)], "").status, 304);

    // More than nginx accepts by default.
    let mut large = handoffs("Large", 2);
    for handoff in &mut large {
        handoff["remark"] = "x".repeat(600_000).into();
    }
    let large = Value::from(large).to_string();
    assert!(large.len() > 1 << 20);
    let imported = ask("POST", &format!("{manage}/handoffs/import"), &[], &large);
    assert_ne!(imported.status, 413, "{:?}", imported.headers);

    assert_eq!(ask("GET", "/metrics", &[], "").status, 404);
    nodes[0].kill().unwrap();
    for _ in 0..4 {
        assert_eq!(ask("GET", &list, &[], "").status, 200);
    }
}

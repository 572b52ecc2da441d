//! PgBouncer in front of PostgreSQL, configured as documented, and in the modes that do not work.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use outbound_testkit::{Postgres, Server};
use tempfile::TempDir;

use super::{Daemon, example, free_port, handoff};
use crate::support::http::send;
use crate::support::service::token_of;
use crate::support::{ACCOUNT, Client, Events, Installation, OUTBOUND};

/// Starts PgBouncer in `folder`; returns it and the URL of the database behind it.
fn pgbouncer(folder: &Path, postgres: &Postgres, mode: &str) -> (Daemon, String) {
    let url = postgres.database().unwrap();
    let (name, rest) = url.trim_start_matches("postgres:///").split_once("?host=").unwrap();
    let socket = rest.split('&').next().unwrap();
    let port = free_port();
    let users = folder.join("users.txt").display().to_string();
    fs::write(&users, "\"outbound\" \"\"\n").unwrap();
    let config = example(
        "ini",
        &[
            ("host=10.0.0.21", &format!("host={socket}")),
            ("dbname=outbound", &format!("dbname={name}")),
            ("listen_port = 6432", &format!("listen_port = {port}")),
            // The PostgreSQL of the tests has no passwords.
            ("auth_type = scram-sha-256", "auth_type = trust"),
            ("/etc/pgbouncer/userlist.txt", &users),
            // Exactly the documented number of connections that a node needs.
            ("default_pool_size = 50", "default_pool_size = 11"),
            ("pool_mode = session", &format!("pool_mode = {mode}")),
        ],
    );
    fs::write(folder.join("pgbouncer.ini"), format!("{config}unix_socket_dir =\n")).unwrap();
    // PgBouncer does not run as root, and its user must be able to read the files.
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
    let root = rustix::process::geteuid().is_root();
    let user: &[&str] = if root { &["-u", "postgres"] } else { &[] };
    let path = folder.join("pgbouncer.ini").display().to_string();
    let daemon = Daemon::start(folder, "pgbouncer", &[user, &[&*path]].concat(), &port);
    (daemon, format!("postgres://outbound@127.0.0.1:{port}/outbound"))
}

#[test]
fn a_node_works_behind_the_documented_pgbouncer() {
    let (folder, postgres) = (TempDir::new().unwrap(), Postgres::start().unwrap());
    let (_pgbouncer, database) = pgbouncer(folder.path(), &postgres, "session");
    let server = Server::start(Path::new(OUTBOUND), &["--demo", "--database", &database]).unwrap();
    let token = token_of(server.base(), ACCOUNT, &Client::from_json(&server.credentials()["oauth2"]));
    let manage = format!("{}/manage/v1/accounts/{ACCOUNT}", server.base());
    let mut events = Events::open(&format!("{manage}/changes"), &token, "");
    let headers = [("authorization", &*token), ("content-type", "application/json")];
    let created = send("POST", &format!("{manage}/handoffs"), &headers, &handoff("Tea"));
    assert_eq!(created.status, 201, "{created:?}");
    assert!(events.next().is_some());
    assert_eq!(send("GET", &format!("{}/readyz", server.base()), &[], "").status, 200);
    assert!(!server.log().contains("cannot receive changes"), "{}", server.log());
}

#[test]
fn transaction_and_statement_pooling_are_rejected_at_startup() {
    for mode in ["transaction", "statement"] {
        let (folder, postgres) = (TempDir::new().unwrap(), Postgres::shared().unwrap());
        let (_pgbouncer, database) = pgbouncer(folder.path(), postgres, mode);
        let installation = Installation::of(folder.path(), database);
        installation.run(&["account", "list"]).failed(1, "set pool_mode = session");
    }
}

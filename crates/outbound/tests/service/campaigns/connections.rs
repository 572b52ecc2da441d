//! The paths to which providers report.

use serde_json::{Value, json};

use super::NO_SANDBOX;
use crate::support::{ACCOUNT, Engine, Service, eventually, on_both_engines};

/// The path in a response or in printed JSON.
fn path(connection: &Value) -> String {
    connection["callbackPath"].as_str().unwrap().to_owned()
}

fn paths_of_callbacks_are_replaced_and_never_logged(engine: Engine) {
    let service = Service::start_with(engine, &["--requests-per-second", "0", "--log", "debug"]);
    let run = |arguments: &[&str]| {
        service.installation.run(&[&["connection"], arguments, &["--account", ACCOUNT, "--json"]].concat())
    };
    // Without a signature, only the status differs.
    let status = |path: &str| service.send("POST", &format!("{path}twilio"), &[], "a=b").status;
    let created = run(&["create", NO_SANDBOX]).json();
    let id = created["id"].as_str().unwrap();
    let first = path(&created);
    assert_eq!(status(&first), 403);

    let bearer = service.administrator();
    let rotate = |id: &str| {
        let path = format!("/manage/v1/accounts/{ACCOUNT}/connections/{id}/rotate-callback");
        service.send("POST", &path, &[("authorization", &bearer)], "")
    };
    let second = path(&rotate(id).json());
    assert_eq!((status(&first), status(&second)), (404, 403));
    assert_eq!(rotate("none").status, 404);
    // The command is another process, so the server notices it some seconds later.
    let rotated = run(&["rotate-callback", id]).json();
    let third = path(&rotated);
    assert_eq!(eventually(|| status(&second), |status| *status == 404), 404);
    assert_eq!(status(&third), 403);
    run(&["rotate-callback", "none"]).failed(1, "there is no connection");
    assert_eq!(run(&["list"]).json()[0]["callbackPath"], json!(null));

    let audit = service.installation.run(&["audit", "list", "--account", ACCOUNT, "--json"]).succeeded().out;
    assert_eq!(audit.matches("connection.callback_rotated").count(), 2);
    let log = service.server.log();
    assert!(log.contains("/callbacks/{callbackId}/{provider}"), "{log}");
    for path in [first, second, third] {
        let id = path.trim_start_matches("/callbacks/").trim_end_matches('/');
        assert_eq!(id.len(), 32);
        assert!(!log.contains(id) && !audit.contains(id), "a path of callbacks is logged");
    }
}

on_both_engines!(paths_of_callbacks_are_replaced_and_never_logged);

//! Opt-outs over the management API and on the command line.

use serde_json::json;

use super::{Campaigner, demo};
use crate::support::{ACCOUNT, Engine, OTHER_ACCOUNT, Service, on_both_engines};

fn opt_outs_are_added_listed_and_removed(engine: Engine) {
    let service = Service::start_with(engine, &["--requests-per-second", "0"]);
    let campaigner = demo(&service);
    let add = |address: &str| {
        let response = campaigner.manage("POST", "opt-outs", &json!({"address": address}).to_string());
        assert_eq!(response.status, 200, "{response:?}");
        response.json()["added"].as_bool().unwrap()
    };
    assert!(add("+14155550111"));
    // The same phone in other spellings.
    assert!(!add("+1 415 555 0111"));
    assert!(!add("14155550111"));
    assert!(!add("whatsapp:+14155550111"));
    for ending in 112..116 {
        assert!(add(&format!("+14155550{ending}")));
    }
    let (mut addresses, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = campaigner.manage("GET", &format!("opt-outs?limit=2&cursor={cursor}"), "").json();
        addresses.extend(page["items"].as_array().unwrap().iter().map(|item| item["address"].clone()));
        let Some(next) = page["next"].as_str() else { break };
        next.clone_into(&mut cursor);
    }
    addresses.sort_by_key(ToString::to_string);
    let expected: Vec<_> = (111..116).map(|ending| json!(format!("•••••{ending}"))).collect();
    assert_eq!(addresses, expected);

    service.installation.run(&["report", "erase-consumer", "+14155550112", "--account", ACCOUNT]).succeeded();
    let items = campaigner.manage("GET", "opt-outs", "").json()["items"].clone();
    let items = items.as_array().unwrap();
    assert_eq!((items.len(), items.iter().filter(|item| item.get("address").is_none()).count()), (5, 1));

    let remove = |address: &str| {
        let body = json!({"address": address}).to_string();
        campaigner.manage("POST", "opt-outs/remove", &body).status
    };
    assert_eq!((remove("+14155550111"), remove("+14155550111")), (204, 404));
    assert_eq!(remove("whatsapp:+14155550113"), 204);
    // They would match no consumer.
    for address in ["4155550111", "001 415 555 0111", "+14155550111;ext=5", "tel:4155550111"] {
        let response = campaigner.manage("POST", "opt-outs", &json!({"address": address}).to_string());
        assert_eq!(response.status, 400, "{address}");
        assert!(response.text().contains("begins with + and the country code"), "{}", response.text());
    }
    for address in ["hello", "not stored", "member 2048", "n/a"] {
        let response = campaigner.manage("POST", "opt-outs", &json!({"address": address}).to_string());
        assert_eq!(response.status, 400, "{address}");
        assert!(response.text().contains("which has a digit or @ and no spaces"), "{}", response.text());
    }
    assert!(add("member-2048") && add("anna@example.com"));
    for body in [r#"{"address":""}"#, "{}", r#"{"address":1}"#] {
        assert_eq!(campaigner.manage("POST", "opt-outs", body).status, 400, "{body}");
    }
    assert_eq!(campaigner.manage("GET", "opt-outs?cursor=x", "").status, 400);
    let other = Campaigner::without_connection(&service, OTHER_ACCOUNT);
    assert_eq!(other.manage("GET", "opt-outs", "").json(), json!({"items": []}));
    let log = service.installation.run(&["audit", "list", "--account", ACCOUNT, "--json"]).succeeded().out;
    assert!(log.contains("opt_out.added") && log.contains("opt_out.removed"));
    assert!(!log.contains("14155550111"), "the audit log contains an address");
}

/// The API reads and writes the same files as the command line.
fn opt_outs_are_imported_and_exported(engine: Engine) {
    let service = Service::start_with(engine, &["--requests-per-second", "0"]);
    let campaigner = demo(&service);
    let path = |operation: &str| format!("/manage/v1/accounts/{ACCOUNT}/opt-outs/{operation}");
    let import = |media_type: &str, file: &str| {
        let headers = [("authorization", &*campaigner.token), ("content-type", media_type)];
        service.send("POST", &path("import"), &headers, file)
    };
    let file = "phone,since\n+1 415 555 0111,2020\nhello\n4155550111\n+14155550112\n+14155550111\n";
    let imported = import("text/csv; charset=utf-8", file).json();
    assert_eq!(
        (&imported["added"], &imported["known"], &imported["rejected"]),
        (&json!(2), &json!(1), &json!(2)),
        "{imported}"
    );
    assert_eq!((&imported["problems"][0]["line"], &imported["problems"][1]["line"]), (&json!(3), &json!(4)));
    let numbered = |count: u32| {
        let lines: Vec<_> = (0..count).map(|number| format!("member-{number}")).collect();
        lines.join("\n")
    };
    assert_eq!(import("text/csv", &numbered(1500)).json()["added"], 1500);
    let rejected = import("text/csv", &numbered(10_001));
    assert!(rejected.status == 400 && rejected.text().contains("at most 10000 addresses"), "{rejected:?}");
    assert_eq!(import("text/csv", &"x1\n".repeat(400_000)).status, 413);
    for media_type in ["application/json", "text/plain", ""] {
        assert_eq!(import(media_type, file).status, 415, "{media_type}");
    }

    // Clients never see complete addresses.
    assert_eq!(campaigner.manage("GET", "opt-outs/export", "").status, 403);
    let exported = service.get_as(&service.administrator(), &path("export"));
    assert_eq!((exported.status, exported.header("content-type")), (200, "text/csv; charset=utf-8"));
    let mut lines: Vec<_> = exported.text().lines().collect();
    lines.sort_unstable();
    assert_eq!((lines.len(), &lines[..3]), (1502, &["+14155550111", "+14155550112", "member-0"][..]));
    let printed = service.installation.run(&["opt-out", "export", "--account", ACCOUNT]).succeeded().out;
    assert_eq!(printed, exported.text());
    let again = import("text/csv", exported.text()).json();
    assert_eq!((&again["added"], &again["known"]), (&json!(0), &json!(1502)));
}

fn the_command_line_imports_and_exports_opt_outs(engine: Engine) {
    let service = Service::start(engine);
    let installation = &service.installation;
    let run = |arguments: &[&str], input: &str| {
        let all = [&["opt-out"], arguments, &["--account", ACCOUNT, "--json"]].concat();
        installation.run_with(&all, input)
    };
    assert_eq!(run(&["add", "+14155550111"], "").json(), json!({"added": true}));
    let lines = format!(
        "Phone,since\n# old\n+1 415 555 0111\n\n\"+14155550112\",2020-01-01\n4155550113\n{}\nhello\nbad 1\n",
        "x".repeat(2000)
    );
    let imported = run(&["import", "-"], &lines);
    assert!(imported.err.contains("line 6: a phone number begins with +"), "{}", imported.err);
    assert!(imported.err.contains("line 8: expected a phone number with +"), "{}", imported.err);
    assert_eq!(imported.json(), json!({"added": 1, "known": 1, "rejected": 4}));
    let mut exported: Vec<_> = run(&["export"], "").json().as_array().unwrap().clone();
    exported.sort_by_key(ToString::to_string);
    assert_eq!(exported, ["+14155550111", "+14155550112"]);
    let listed = run(&["list", "--limit", "1"], "").json();
    assert_eq!((listed.as_array().unwrap().len(), &listed[0]["source"]), (1, &json!("person")));
    run(&["remove", "+14155550112"], "").succeeded();
    run(&["remove", "+14155550112"], "").failed(1, "this address has not opted out");
    let file = installation.run(&["opt-out", "export", "--account", ACCOUNT]).succeeded().out;
    assert_eq!(file, "+14155550111\n");

    let erase = ["report", "erase-consumer", "+14155550111", "--account", ACCOUNT];
    installation.run(&erase).succeeded();
    assert_eq!(run(&["list"], "").json()[0]["address"], json!(null));
    assert_eq!(run(&["export"], "").json(), json!([]));
    let shown = |command: &str| installation.run(&["opt-out", command, "--account", ACCOUNT]).succeeded();
    assert!(shown("list").out.contains("not stored"));
    let file = shown("export");
    assert_eq!(file.out, "");
    assert!(file.err.contains("because their addresses are not stored: 1"), "{}", file.err);
    // An import of the file would have added `erased`.
    assert_eq!(run(&["add", "+14155550111"], "").json(), json!({"added": false}));
    assert_eq!(run(&["export"], "").json(), json!(["+14155550111"]));
}

on_both_engines!(
    opt_outs_are_added_listed_and_removed,
    opt_outs_are_imported_and_exported,
    the_command_line_imports_and_exports_opt_outs,
);

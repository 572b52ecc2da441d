//! `outbound handoff`: editing, checking and publishing handoffs from the command line.

use serde_json::{Value, json};

use crate::support::{Engine, Installation, Ran, on_both_engines};

on_both_engines!(
    a_handoff_passes_through_its_lifecycle,
    a_handoff_is_found_by_its_name,
    a_handoff_with_errors_is_not_published,
    a_stale_change_is_rejected,
    failed_operations_exit_with_one,
);

fn handoff(installation: &Installation, arguments: &[&str], input: &str) -> Ran {
    let command = [&["handoff"], arguments, &["--account", "1"]].concat();
    installation.run_with(&command, input)
}

/// A handoff with this text. It has no errors unless the text has some.
fn handoff_with_text(name: &str, text: &str) -> String {
    json!({"name": name, "colour": "blue", "channels": [{
        "type": "sms-twilio", "language": "en", "outboundnumber": "+14155550123", "messageComponents": [{
            "type": "body", "content": text, "variables": [], "optOut": "Reply STOP to opt out, HELP for help.",
        }],
    }]})
    .to_string()
}

fn a_handoff_passes_through_its_lifecycle(engine: Engine) {
    let installation = Installation::with_account(engine, "1");
    let output_of =
        |arguments: &[&str], input: &str| handoff(&installation, arguments, input).succeeded().out;
    let file = installation.file("tea.json", &handoff_with_text("Tea", "Good morning."));
    assert!(output_of(&["create", file, "--note", "First"], "").starts_with("Created Tea (H"));
    assert_eq!(installation.exported("1"), json!([]));
    assert!(output_of(&["check", "Tea"], "").ends_with("1 handoff, 0 errors, 0 warnings\n"));
    assert!(output_of(&["publish", "Tea", "--dry-run"], "").contains("version 1, draft."));
    assert!(output_of(&["publish", "tea"], "").ends_with("version 1, published.\n"));
    let changed = output_of(&["replace", "Tea", "-"], &handoff_with_text("Tea", "Good evening."));
    assert!(changed.ends_with("version 2, changed; version 1 is published.\n"), "{changed}");
    let diff = output_of(&["diff", "Tea"], "");
    assert!(
        diff.contains("~ /channels/0/messageComponents/0/content: Good [-morning-]{+evening+}."),
        "{diff}"
    );
    assert!(output_of(&["rollback", "Tea", "1"], "").starts_with("Restored version 1 of Tea"));
    assert!(output_of(&["diff", "Tea", "--from", "1"], "").ends_with("There are no differences.\n"));
    assert_eq!(output_of(&["versions", "Tea"], "").lines().count(), 4);
    assert!(output_of(&["unpublish", "Tea"], "").ends_with("version 3, draft.\n"));
    assert!(output_of(&["archive", "Tea"], "").ends_with("version 3, archived.\n"));
    let audit = installation.run(&["audit", "list", "--account", "1", "--json"]).json();
    let actions = audit.as_array().unwrap().iter().filter(|entry| entry["actor"] == "command line").count();
    assert_eq!(actions, 6);
}

fn a_handoff_is_found_by_its_name(engine: Engine) {
    let installation = Installation::with_account(engine, "1");
    let json = |arguments: &[&str], input: &str| {
        handoff(&installation, &[arguments, &["--json"]].concat(), input).json()
    };
    let created = json(&["create", "-"], &handoff_with_text("Caf\u{e9} %", "One."));
    json(&["create", "-"], &handoff_with_text("Caf\u{e9} % two", "Two."));
    let id = created["handoff"]["id"].as_str().unwrap();
    assert_eq!((&created["tag"], &created["handoff"]["colour"]), (&json!("1-0-draft"), &json!("blue")));
    for id_or_name in ["Caf\u{e9} %", "CAFE\u{301} %", id] {
        assert_eq!(json(&["show", id_or_name], "")["handoff"]["id"], id, "{id_or_name}");
    }
    let shown = handoff(&installation, &["show", id], "").succeeded().out;
    assert_eq!(serde_json::from_str::<Value>(&shown).unwrap(), created["handoff"]);
    let list = json(&["list", "--sort", "-name"], "");
    assert_eq!((list.as_array().unwrap().len(), &list[1]["name"]), (2, &json!("Caf\u{e9} %")));
    json(&["archive", id], "");
    assert_eq!(json(&["list", "--state", "archived"], "")[0]["id"], id);
    handoff(&installation, &["show", "Caf\u{e9} %"], "").failed(1, "no handoff with the id or name");
    assert_eq!(json(&["restore", id], "")["state"], "draft");
}

fn a_handoff_with_errors_is_not_published(engine: Engine) {
    let installation = Installation::with_account(engine, "1");
    handoff(&installation, &["create", "-"], &handoff_with_text("Bad", "Hello ${{ 1 }}.")).succeeded();
    for arguments in [&["publish", "Bad"][..], &["publish", "Bad", "--dry-run"]] {
        let rejected = handoff(&installation, arguments, "");
        assert_eq!(rejected.status, Some(1));
        assert!(rejected.out.contains("GEN-05 placeholder-malformed"), "{rejected:?}");
        assert!(rejected.err.contains("the handoff violates provider rules: 1 error"), "{rejected:?}");
    }
    let checked = handoff(&installation, &["check", "Bad", "--json"], "");
    let findings: Value = serde_json::from_str(&checked.out).unwrap();
    assert_eq!((checked.status, &findings[0]["rule"]), (Some(1), &json!("GEN-05")));
    assert_eq!(installation.exported("1"), json!([]));
}

fn a_stale_change_is_rejected(engine: Engine) {
    let installation = Installation::with_account(engine, "1");
    handoff(&installation, &["create", "-"], &handoff_with_text("Tea", "One.")).succeeded();
    let replace = |tag: &str| {
        handoff(&installation, &["replace", "Tea", "-", "--if-match", tag], &handoff_with_text("Tea", "Two."))
    };
    replace("1-0-draft").succeeded();
    replace("1-0-draft").failed(1, "has changed since you read it: it is now at \"2-0-draft\"");
    let publish = handoff(&installation, &["publish", "Tea", "--if-match", "1-0-draft"], "");
    publish.failed(1, "has changed since you read it");
}

fn failed_operations_exit_with_one(engine: Engine) {
    let installation = Installation::with_account(engine, "1");
    let tea = handoff_with_text("Tea", "One.");
    handoff(&installation, &["create", "-"], &tea).succeeded();
    for (arguments, input, sentence) in [
        (&["create", "-"][..], &*tea, "another handoff of the account is named \"Tea\""),
        (&["create", "-"], "{", "this is not a handoff: line 1"),
        (&["create", "-"], "{\"name\": 5}", "/name: expected a string"),
        (&["create", "none.json"], "", "none.json: No such file"),
        (&["show", "Coffee"], "", "the account has no handoff with the id or name Coffee"),
        (&["diff", "Tea"], "", "is not published"),
        (&["rollback", "Tea", "7"], "", "has no version 7"),
    ] {
        handoff(&installation, arguments, input).failed(1, sentence);
    }
    for (arguments, sentence) in [
        (&["show"][..], "<HANDOFF>"),
        (&["list", "--state", "live"], "the states are draft"),
        (&["list", "--sort", "size"], "expected created, updated or name"),
        (&["diff", "Tea", "--from", "x"], "expected a version number"),
    ] {
        handoff(&installation, arguments, "").failed(2, sentence);
    }
    let other = installation.run(&["handoff", "list", "--account", "2"]);
    other.failed(1, "account 2 does not exist");
}

//! `import` and `export`: atomic, lossless, and with precise error messages.

use std::io::Write;
use std::process::Stdio;

use outbound_model::examples;
use serde_json::{Value, json};

use crate::support::{Engine, Installation, Ran, handoffs, on_both_engines};

on_both_engines!(
    reads_arrays_objects_files_and_standard_input,
    unchanged_handoffs_get_no_version,
    an_export_is_imported_unchanged_into_another_account,
    a_dry_run_saves_nothing,
    one_invalid_handoff_rejects_the_whole_import,
    errors_name_their_location_and_nothing_is_saved,
    a_channel_of_an_unknown_type_is_published_only_on_request,
    a_killed_import_saves_nothing,
    handoffs_with_errors_stay_drafts_unless_published_explicitly,
    a_template_that_is_imported_again_is_updated,
);

const IMPORT: [&str; 3] = ["import", "--account", "1"];

fn import<'a>(files: &[&'a str]) -> Vec<&'a str> {
    [&IMPORT, files].concat()
}

fn counts(created: u64, changed: u64, unchanged: u64) -> Value {
    json!({"created": created, "changed": changed, "unchanged": unchanged, "archived": 0})
}

/// The report of an import, without its findings.
#[track_caller]
fn changes(ran: Ran) -> Value {
    let mut report = ran.json();
    for severity in ["errors", "warnings"] {
        assert!(report.as_object_mut().unwrap().remove(severity).unwrap().is_u64());
    }
    assert!(report.as_object_mut().unwrap().remove("items").unwrap().is_array());
    report
}

fn text(handoffs: Vec<Value>) -> String {
    Value::from(handoffs).to_string()
}

fn reads_arrays_objects_files_and_standard_input(engine: Engine) {
    let installation = Installation::with_account(engine, "1");
    let array = installation.file("array.json", &text(handoffs("A", 2)));
    let object = installation.file("object.json", &handoffs("B", 1)[0].to_string());
    let by_hand = r#"{"name": "By hand", "channels": []}"#;
    let imported = installation.run_with(&import(&[array, object, "-", "--json", "--publish"]), by_hand);
    assert_eq!(changes(imported), counts(4, 0, 0));
    let exported = installation.exported("1");
    let names: Vec<_> = exported.as_array().unwrap().iter().map(|handoff| &handoff["name"]).collect();
    assert_eq!(names, ["A 1", "A 2", "B 1", "By hand"]);
    let id = exported[3]["id"].as_str().unwrap();
    assert!(id.len() == 16 && id.starts_with('H'), "{id}");
    assert_eq!((&exported[3]["lookbackPeriodDay"], exported[3].as_object().unwrap().len()), (&json!(30), 8));
}

fn unchanged_handoffs_get_no_version(engine: Engine) {
    let installation = Installation::with_account(engine, "1");
    let mut three = handoffs("A", 3);
    let file = installation.file("three.json", &text(three.clone()));
    assert_eq!(changes(installation.run(&import(&[file, "--json"]))), counts(3, 0, 0));
    assert_eq!(changes(installation.run(&import(&[file, "--json"]))), counts(0, 0, 3));
    let twice = installation.run(&import(&[file, file, "--json"]));
    assert_eq!(changes(twice), counts(0, 0, 6), "an identical duplicate is no conflict");
    three[1]["lookbackPeriodHour"] = json!(5);
    installation.file("three.json", &text(three.clone()));
    assert_eq!(changes(installation.run(&import(&[file, "--json"]))), counts(0, 1, 2));
    assert_eq!(installation.exported("1"), Value::from(three));
    let ran = installation.run(&import(&[file])).succeeded();
    assert!(ran.out.starts_with("Imported 3 handoffs: 0 new, 0 changed, 3 unchanged.\n"), "{ran:?}");
    assert_eq!(ran.err, "");
}

fn an_export_is_imported_unchanged_into_another_account(engine: Engine) {
    let (one, two) = (Installation::with_account(engine, "1"), Installation::with_account(engine, "2"));
    one.run_with(&import(&["-", "--publish"]), examples::HANDOFFS).succeeded();
    one.run(&["export", "--account", "1", "out.json"]).succeeded();
    let file = one.folder.join("out.json");
    let exported = std::fs::read_to_string(&file).unwrap();
    assert_eq!(exported.parse::<Value>().unwrap(), examples::HANDOFFS.parse::<Value>().unwrap());
    let imported = two.run(&["import", "--account", "2", file.to_str().unwrap(), "--json", "--publish"]);
    assert_eq!(changes(imported), counts(15, 0, 0));
    for (installation, account) in [(&one, "1"), (&two, "2"), (&two, "2")] {
        let again = installation.run(&["export", "--account", account]).succeeded();
        assert_eq!(again.out, exported, "exports are byte-identical");
    }
}

fn a_dry_run_saves_nothing(engine: Engine) {
    let installation = Installation::with_account(engine, "1");
    let dry =
        installation.run_with(&import(&["-", "--dry-run", "--publish"]), examples::HANDOFFS).succeeded();
    assert!(dry.out.starts_with("Would import 15 handoffs: 15 new, 0 changed, 0 unchanged.\n"), "{dry:?}");
    assert_eq!(installation.exported("1"), json!([]));
    let bad = installation.run_with(&import(&["-", "--dry-run"]), "[{}]");
    bad.failed(1, "handoff 1, /name: is missing");
}

fn one_invalid_handoff_rejects_the_whole_import(engine: Engine) {
    let installation = Installation::with_account(engine, "1");
    installation.run_with(&import(&["-"]), &text(handoffs("A", 2))).succeeded();
    let before = installation.run(&["export", "--account", "1"]).succeeded().out;
    let mut lines: Vec<_> = handoffs("A", 1000).iter().map(Value::to_string).collect();
    lines[700] = lines[700].replace("\"lookbackPeriodDay\":30", "\"lookbackPeriodDay\":\"soon\"");
    let file = installation.file("thousand.json", &format!("[\n{}\n]", lines.join(",\n")));
    let column = lines[700].find("\"soon\"").unwrap() + 1;
    let sentence = format!(
        "thousand.json: line 702, column {column}: handoff 701, /lookbackPeriodDay: expected a whole number"
    );
    installation.run(&import(&[file])).failed(1, &sentence);
    assert_eq!(installation.run(&["export", "--account", "1"]).succeeded().out, before);
}

fn errors_name_their_location_and_nothing_is_saved(engine: Engine) {
    let installation = Installation::with_account(engine, "1");
    installation.run_with(&import(&["-"]), &text(handoffs("A", 2))).succeeded();
    let good = installation.file("good.json", &text(handoffs("B", 2)));
    for (input, sentence) in [
        ("", "-: line 1, column 1: expected an array of handoffs"),
        ("[\n  {\"name\": \"x\",}\n]", "-: line 2, column 16: trailing comma"),
        ("[{\"name\": \"x\", \"channels\": []}", "-: line 1, column 31: the file ends inside the array"),
        ("[{\"name\": \"x\", \"channels\": [{}]}]", "handoff 1, /channels/0/type: is missing"),
        ("{\"name\": \" \", \"channels\": []}", "handoff 1, /name: expected a name of 1 to 255 characters"),
        ("{\"name\": \"x\", \"id\": \"../x\", \"channels\": []}", "handoff 1, /id: expected an id"),
        ("{\"name\": \"x\", \"createdAt\": \"now\", \"channels\": []}", "handoff 1, /createdAt: "),
        (
            "{\"name\": \"a 1\", \"id\": \"Hnew\", \"channels\": []}",
            "-: line 1, column 1: handoff 3 (Hnew): another handoff of the account is named \"a 1\"",
        ),
        (
            "{\"name\": \"B 3\", \"id\": \"B000001\", \"channels\": []}",
            "-: line 1, column 1: handoff 3 (B000001): the files contain another handoff with this id",
        ),
        ("[{}, 7]", "handoff 2, the whole: expected an object, found a number"),
    ] {
        installation.run_with(&import(&[good, "-"]), input).failed(1, sentence);
        assert_eq!(installation.exported("1"), Value::from(handoffs("A", 2)), "{input}");
    }
    installation.run(&import(&[good, "none.json"])).failed(1, "none.json: No such file");
    installation.run(&["import", "--account", "2", good]).failed(1, "outbound account create 2");
    assert_eq!(installation.exported("1"), Value::from(handoffs("A", 2)));
}

fn a_channel_of_an_unknown_type_is_published_only_on_request(engine: Engine) {
    let installation = Installation::with_account(engine, "1");
    let mut two = handoffs("A", 2);
    two[1]["channels"][0]["type"] = "whatsap".into();
    let file = installation.file("two.json", &text(two.clone()));
    let ran = installation.run(&import(&[file, "--json"]));
    assert_eq!(ran.status, Some(1), "{ran:?}");
    assert!(ran.err.contains("1 handoff was saved as a draft because of errors"), "{ran:?}");
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((&report["created"], &report["heldBack"]), (&json!(2), &json!(1)));
    assert_eq!(installation.exported("1"), json!([two[0]]));
    let listed = installation.run(&["handoff", "list", "--account", "1", "--json"]).json();
    let draft = listed.as_array().unwrap().iter().find(|one| one["name"] == "A 2").unwrap();
    assert_eq!(draft["state"], "draft");
    installation.run(&import(&[file, "--publish"])).succeeded();
    assert_eq!(installation.exported("1"), Value::from(two.clone()));
    two[1]["channels"][0]["type"] = "sms-twilio".into();
    installation.file("two.json", &text(two.clone()));
    installation.run(&import(&[file])).succeeded();
    assert_eq!(installation.exported("1"), Value::from(two));
}

/// The input does not end, so the import is incomplete when it is killed.
fn a_killed_import_saves_nothing(engine: Engine) {
    let installation = Installation::with_account(engine, "1");
    installation.run_with(&import(&["-"]), &text(handoffs("A", 2))).succeeded();
    let mut child = installation.command(&import(&["-"])).stdin(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    // Enough that SQLite writes uncommitted pages to its log, which have to be discarded.
    let mut large = handoffs("B", if engine == Engine::Sqlite { 450 } else { 50 });
    for handoff in &mut large {
        handoff["channels"][0]["messageComponents"][0]["content"] = "x".repeat(100_000).into();
    }
    let large = text(large);
    input.write_all(large.strip_suffix(']').unwrap().as_bytes()).unwrap();
    if engine == Engine::Sqlite {
        let log = installation.folder.join("outbound.db-wal").metadata().unwrap();
        assert!(log.len() > 1_000_000, "no uncommitted pages in the log: {}", log.len());
    }
    // Readers see the state before the import, without waiting.
    assert_eq!(installation.exported("1"), Value::from(handoffs("A", 2)));
    assert_eq!(child.try_wait().unwrap(), None);
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(installation.exported("1"), Value::from(handoffs("A", 2)));
    let again = installation.run_with(&import(&["-", "--json"]), &text(handoffs("B", 20)));
    assert_eq!(changes(again), counts(20, 0, 0));
}

fn sms(name: &str, sender: &str) -> Value {
    json!({"name": name, "channels": [{"type": "sms-twilio", "language": "en", "outboundnumber": sender,
        "messageComponents": [{"type": "body", "content": "Your tea is ready.", "variables": [],
            "optOut": "Reply STOP to opt out, HELP for help."}]}]})
}

fn handoffs_with_errors_stay_drafts_unless_published_explicitly(engine: Engine) {
    let installation = Installation::with_account(engine, "1");
    let text = text(vec![sms("Sound", "+14155550123"), sms("Wrong", "not a sender at all")]);
    let file = installation.file("two.json", &text);
    let published = || {
        let exported = installation.exported("1");
        exported
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let dry = installation.run(&import(&[file, "--dry-run"]));
    assert_eq!(dry.status, Some(1), "{dry:?}");
    for line in ["create  Sound", "\n      error SMS-", "1 error, "] {
        assert!(dry.out.contains(line), "{line}: {dry:?}");
    }
    assert!(dry.err.contains("1 handoff would be saved as a draft because of errors"), "{dry:?}");
    assert_eq!(installation.run(&import(&[file, "--drafts"])).status, Some(0));
    assert_eq!(published(), [""; 0]);
    let report = installation.run(&import(&[file, "--json"]));
    assert_eq!(report.status, Some(1), "{report:?}");
    assert!(report.err.contains("1 handoff was saved as a draft because of errors"), "{report:?}");
    let report: Value = serde_json::from_str(&report.out).unwrap();
    assert_eq!((&report["changed"], &report["heldBack"]), (&json!(1), &json!(1)));
    assert_eq!(
        (&report["items"][1]["state"], &report["items"][0]["state"]),
        (&json!("draft"), &json!("published"))
    );
    assert_eq!(published(), ["Sound"]);
    assert_eq!(installation.run(&import(&[file, "--publish"])).status, Some(0));
    assert_eq!(published(), ["Sound", "Wrong"]);
    installation.run(&import(&[file, "--publish", "--drafts"])).failed(2, "cannot be used with");
}

fn a_template_that_is_imported_again_is_updated(engine: Engine) {
    let installation = Installation::with_account(engine, "1");
    let template = |name: &str, id: Option<&str>, text: &str| {
        let mut template = json!({"name": name, "language": "en", "category": "UTILITY",
            "components": [{"type": "BODY", "text": text}]});
        if let Some(id) = id {
            template["id"] = id.into();
        }
        installation.file("template.json", &template.to_string())
    };
    let run =
        |file: &str| changes(installation.run(&["import", "--account", "1", "--publish", "--json", file]));
    assert_eq!(run(template("order", Some("77"), "It ships today.")), counts(1, 0, 0));
    assert_eq!(run(template("order", Some("77"), "It ships today.")), counts(0, 0, 1));
    // No template contains the sender, so an update keeps the one of the handoff,
    let mut handoff = installation.exported("1")[0].clone();
    handoff["channels"][0]["outboundnumber"] = json!("14155550123");
    handoff["name"] = json!("Order, by another name");
    let edited = installation.file("edited.json", &handoff.to_string());
    installation.run(&["import", "--account", "1", "--publish", edited]).succeeded();
    // even if the account has a default sender.
    let default = ["account", "settings", "--account", "1", "--import-default", "wa.sender=14155550199"];
    installation.run(&default).succeeded();
    assert_eq!(
        run(template("order", Some("77"), "It ships tomorrow.")),
        counts(0, 1, 0),
        "matched by the provider's id"
    );
    let exported = installation.exported("1");
    assert_eq!(exported.as_array().unwrap().len(), 1);
    assert_eq!(exported[0]["name"], "Order, by another name");
    assert_eq!(exported[0]["channels"][0]["outboundnumber"], "14155550123");
    assert_eq!(exported[0]["channels"][0]["messageComponents"][0]["content"], "It ships tomorrow.");
    assert_eq!(run(template("welcome", None, "Welcome.")), counts(1, 0, 0));
    assert_eq!(
        run(template("welcome", None, "Welcome back.")),
        counts(0, 1, 0),
        "matched by name and language"
    );
    let by_name = installation.file("hand.json", &sms("By hand", "+14155550123").to_string());
    assert_eq!(run(by_name), counts(1, 0, 0));
    assert_eq!(run(by_name), counts(0, 0, 1), "a handoff without an id is found by its name");
}

//! `import` and `export` in providers' formats: results, reports and exit status.

use outbound_model::examples;
use serde_json::{Value, json};

use crate::support::{Engine, Installation, command, on_both_engines, run};

on_both_engines!(
    a_template_is_exported_as_it_was_imported,
    translations_in_several_files_get_different_names,
    a_repeated_export_into_a_folder_writes_the_same_files,
    losses_are_reported_as_text_and_json,
    the_format_is_given_or_detected,
    one_invalid_template_rejects_the_whole_import,
    a_strict_import_takes_sender_and_namespace_from_options_or_the_account,
    a_language_is_given_on_export,
);

fn template(language: &str) -> Value {
    json!({"name": "order_update", "language": language, "category": "UTILITY", "components": [
        {"type": "BODY", "text": "Hi {{1}}, it ships {{2}}.", "example": {"body_text": [["Ann", "Monday"]]}},
        {"type": "BUTTONS", "buttons": [{"type": "COPY_CODE", "example": "SAVE10"}]}]})
}

fn names(installation: &Installation) -> Vec<String> {
    let exported = installation.exported("1");
    exported.as_array().unwrap().iter().map(|handoff| handoff["name"].as_str().unwrap().to_owned()).collect()
}

fn a_template_is_exported_as_it_was_imported(engine: Engine) {
    let installation = Installation::with_account(engine, "1");
    let file = installation.file("order.json", &template("en_US").to_string());
    let ran = installation.run(&["import", "--account", "1", "--publish", file]).succeeded();
    assert!(ran.out.starts_with("Imported 1 handoff: 1 new, 0 changed, 0 unchanged.\n"), "{ran:?}");
    let handoff = &installation.exported("1")[0];
    assert_eq!(handoff["channels"][0]["messageComponents"][0]["content"], "Hi ${{1}}, it ships ${{2}}.");
    assert_eq!(handoff["x-outbound"]["samples"]["0"], json!({"body.1": "Ann", "body.2": "Monday"}));
    let exported = installation.run(&["export", "--account", "1", "--format", "meta"]).json();
    assert_eq!(exported, json!([template("en_US")]));
}

fn translations_in_several_files_get_different_names(engine: Engine) {
    let installation = Installation::with_account(engine, "1");
    let files = ["en", "de", "de"].map(template).map(|template| template.to_string());
    let files: Vec<_> =
        ["a", "b", "c"].iter().zip(&files).map(|(name, text)| installation.file(name, text)).collect();
    installation.run(&[&["import", "--account", "1", "--publish"], &files[..]].concat()).succeeded();
    let mut names = names(&installation);
    names.sort();
    assert_eq!(names, ["order_update", "order_update (de)", "order_update 2"]);
    let again =
        installation.run(&[&["import", "--account", "1", "--publish", "--json"], &files[..]].concat()).json();
    assert_eq!((&again["created"], &again["unchanged"]), (&json!(0), &json!(3)), "{again}");
}

fn a_repeated_export_into_a_folder_writes_the_same_files(engine: Engine) {
    let installation = Installation::with_account(engine, "1");
    installation.run_with(&["import", "--account", "1", "--publish", "-"], examples::HANDOFFS).succeeded();
    let export = ["export", "--account", "1", "--format", "twilio", "--output", "made/here"];
    let read = || {
        installation.run(&export).succeeded();
        let mut files: Vec<_> = std::fs::read_dir(installation.folder.join("made/here"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        files.sort();
        files
            .into_iter()
            .map(|path| (path.clone(), std::fs::read_to_string(path).unwrap()))
            .collect::<Vec<_>>()
    };
    std::fs::create_dir_all(installation.folder.join("made/here")).unwrap();
    installation
        .file("made/here/zz-gone.H1.json", "{\n  \"friendly_name\": \"of a handoff that is gone\"}\n");
    let files = read();
    assert!(files.last().unwrap().0.ends_with("zz-gone.H1.json"), "export keeps files that it did not write");
    assert!(files[0].0.ends_with("cinema-ticket-with-footer.H072047293477863.json"), "{files:?}");
    assert!(
        files[1].0.ends_with("cinema-ticket.H072047293477862.0.json"),
        "the handoff has a file for each of two channels"
    );
    assert!(
        files.iter().all(|(_, text)| text.starts_with("{\n  \"friendly_name\": \"") && text.ends_with("}\n"))
    );
    assert_eq!(read(), files);
    let report = installation.run(&[&export[..], &["--json"]].concat()).json();
    assert_eq!(report["written"], files.len() - 1);
    let liveperson = installation.run(&["export", "--account", "1", "--output", "whole"]).succeeded();
    assert_eq!((liveperson.out.as_str(), liveperson.err.as_str()), ("", ""), "nothing is lost");
    assert_eq!(std::fs::read_dir(installation.folder.join("whole")).unwrap().count(), 15);
}

fn losses_are_reported_as_text_and_json(engine: Engine) {
    let installation = Installation::with_account(engine, "1");
    installation.file("one.json", &template("en").to_string());
    let import = ["import", "--account", "1", "--publish", "one.json", "--dry-run"];
    let ran = installation.run(&import).succeeded();
    let note = "note: Handoffs have no button type COPY_CODE; it is kept unchanged.\n  --> one.json:1:";
    assert!(ran.err.contains(note) && ran.err.contains("order_update, /components/1/buttons/0"), "{ran:?}");
    let report = installation.run(&[&import[..], &["--json"]].concat()).json();
    let loss = &report["losses"][0];
    assert_eq!((&loss["file"], &loss["pointer"]), (&json!("one.json"), &json!("/components/1/buttons/0")));
    assert!(loss["line"] == 1 && loss["column"].is_u64() && report["created"] == 1, "{report}");
    assert_eq!(report["mappings"][1]["from"], "body.2");
    installation.run_with(&["import", "--account", "1", "--publish", "-"], examples::HANDOFFS).succeeded();
    let report = installation.run(&["export", "--account", "1", "--format", "rbm", "--json"]).json();
    assert_eq!(report["documents"].as_array().unwrap().len(), 3);
    assert!(
        report["losses"]
            .as_array()
            .unwrap()
            .iter()
            .any(|loss| loss["pointer"] == "/channels/0/serviceAccountName")
    );
    let report = installation.run(&[
        "export",
        "--account",
        "1",
        "--format",
        "meta",
        "x.json",
        "--category",
        "UTILITY",
        "--json",
    ]);
    assert_eq!(report.json()["written"], 6);
}

fn the_format_is_given_or_detected(engine: Engine) {
    let installation = Installation::with_account(engine, "1");
    let text = r#"{"friendly_name": "Hi", "language": "en", "types": {"twilio/text": {"body": "Hi {{1}}"}}}"#;
    let import = ["import", "--account", "1", "--publish", "-"];
    installation.run_with(&import, text).succeeded();
    let named = [&import[..], &["--format", "twilio", "--channel", "wa"]].concat();
    installation.run_with(&named, &text.replace("Hi", "Ho")).succeeded();
    let message = r#"[{"contentMessage": {"text": "Hello"}}]"#;
    installation
        .run(&["import", "--account", "1", "--publish", installation.file("promo.json", message)])
        .succeeded();
    let exported = installation.exported("1");
    let exported = exported.as_array().unwrap();
    let mut channels: Vec<_> =
        exported.iter().map(|one| (one["name"].as_str(), one["channels"][0]["type"].as_str())).collect();
    channels.sort_unstable();
    let expected = [("Hi", "sms-twilio"), ("Ho", "wa"), ("promo", "googlercs")];
    assert_eq!(channels, expected.map(|(name, channel)| (Some(name), Some(channel))));
    let wrong = [&import[..], &["--format", "liveperson"]].concat();
    installation.run_with(&wrong, message).failed(1, "handoff 1, /name: is missing");
    installation
        .run_with(&[&import[..], &["--format", "telegram"]].concat(), "")
        .failed(2, "the formats are liveperson, meta, twilio, rbm");
    installation
        .run(&["export", "--account", "1", "x.json", "--output", "y"])
        .failed(2, "cannot be used with");
}

/// A template without findings, except for the sender and namespace that no file of a provider contains.
const PLAIN: &str = r#"[
  {"name": "order_update", "language": "en_US", "category": "UTILITY", "components": [
    {"type": "BODY", "text": "Hi {{1}}, your order is on its way today.", "example": {"body_text": [["Ann"]]}}]}]"#;
const SENDER: &str = "+14156586515";

fn a_strict_import_takes_sender_and_namespace_from_options_or_the_account(engine: Engine) {
    let installation = Installation::with_account(engine, "1");
    let strict = ["import", "--account", "1", "-", "--strict"];
    let rejected = installation.run_with(&strict, PLAIN);
    rejected.failed(1, "nothing was imported");
    let with_options = [&strict[..], &["--sender", SENDER, "--namespace", "ns_1"]].concat();
    installation.run_with(&with_options, PLAIN).succeeded();
    let channel = &installation.exported("1")[0]["channels"][0];
    assert_eq!((&channel["outboundnumber"], &channel["namespace"]), (&json!(SENDER), &json!("ns_1")));
    let settings = ["account", "settings", "--account", "1", "--json"];
    let set = |name: &str| installation.run(&[&settings[..], &["--import-default", name]].concat());
    set(&format!("wa.sender={SENDER}")).succeeded();
    let settings = set("wa.namespace=ns_2").json();
    assert_eq!(settings["importDefaults"], json!({"wa": {"sender": SENDER, "namespace": "ns_2"}}));
    installation.run_with(&strict, &PLAIN.replace("order_update", "second")).succeeded();
    assert_eq!(installation.exported("1")[1]["channels"][0]["namespace"], "ns_2");
    set("wa.colour=blue").failed(2, "unknown field 'colour'; expected language, sender");
    set("fax.sender=1").failed(2, "unknown channel");
}

fn a_language_is_given_on_export(engine: Engine) {
    let installation = Installation::with_account(engine, "1");
    let message = r#"{"contentMessage": {"text": "Hello"}}"#;
    installation.run_with(&["import", "--account", "1", "--publish", "-"], message).succeeded();
    let export = ["export", "--account", "1", "--format", "twilio"];
    let ran = installation.run(&export).succeeded();
    assert!(ran.err.contains("Twilio requires a language, but the channel has none: set one"), "{ran:?}");
    let exported = installation.run(&[&export[..], &["--language", "en"]].concat()).json();
    assert_eq!(exported[0]["language"], "en");
}

/// `check` reads the same formats as `import`, and reports where each template begins.
#[test]
fn providers_files_are_checked_without_a_database() {
    let folder = tempfile::tempdir().unwrap();
    let check = |more: &[&str], input: &str| {
        let ran = run(command(folder.path()).args(["check", "-"]).args(more), input);
        assert!(!folder.path().join("outbound.db").exists());
        ran
    };
    let ran = check(&["--json"], PLAIN);
    assert_eq!(ran.status, Some(1), "{ran:?}");
    let found: Value = serde_json::from_str(&ran.out).unwrap();
    let sender = found.as_array().unwrap().iter().find(|one| one["severity"] == "error").unwrap();
    assert_eq!(sender["pointer"], "/channels/0", "{found}");
    assert_eq!(
        (&sender["file"], &sender["line"], &sender["column"]),
        (&json!("standard input"), &json!(2), &json!(3))
    );
    check(&["--sender", SENDER, "--namespace", "ns_1", "--format", "meta"], PLAIN).succeeded();
    let two = format!("[{0},{0}]", PLAIN.trim().trim_matches(['[', ']']));
    let ran = check(&["--sender", SENDER, "--namespace", "ns_1"], &two);
    assert!(!ran.out.contains("same name"), "translations get different names, as in an import: {ran:?}");
    let wrong = check(&[], r#"[{"components": [], "name": 5}]"#);
    assert!(wrong.status == Some(1) && wrong.out.contains("/name: expected a string"), "{wrong:?}");
    check(&["--format", "telegram"], "").failed(2, "the formats are liveperson, meta, twilio, rbm");
}

fn one_invalid_template_rejects_the_whole_import(engine: Engine) {
    let installation = Installation::with_account(engine, "1");
    let deep = format!("{{\"components\": {}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    for (input, sentence) in [
        (
            "[{\"name\": \"a\", \"language\": \"en\", \"components\": []},\n {\"name\": 5, \"components\": []}]",
            "-: line 2, column 11: template 2, /name: expected a string, found a number",
        ),
        ("{\"data\": [{\"name\": \"a\"}", "-: line 1, column 23: EOF while parsing a list"),
        ("{\"contentMessage\": {}}", "message 1, /contentMessage: contains no text, file or card"),
        (&deep, "recursion limit exceeded"),
    ] {
        installation.run_with(&["import", "--account", "1", "--publish", "-"], input).failed(1, sentence);
        assert_eq!(installation.exported("1"), json!([]));
    }
}

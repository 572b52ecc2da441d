//! `import` and `export` of providers' formats: what is made, what is told, and how it ends.

use outbound_model::examples;
use serde_json::{Value, json};

use crate::support::{Engine, Installation, command, on_both_engines, run};

on_both_engines!(
    a_template_is_imported_and_exported_as_it_was,
    translations_in_several_files_get_names_of_their_own,
    an_export_into_a_folder_stays_the_same,
    what_is_lost_is_told_to_people_and_programs,
    the_format_is_named_or_told_by_the_content,
    a_wrong_template_keeps_all_out,
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

fn a_template_is_imported_and_exported_as_it_was(engine: Engine) {
    let installation = Installation::with_account(engine, "1");
    let file = installation.file("order.json", &template("en_US").to_string());
    let said = installation.run(&["import", "--account", "1", "--publish", file]).succeeded();
    assert!(said.out.starts_with("Imported 1 handoff: 1 new, 0 changed, 0 unchanged.\n"), "{said:?}");
    let handoff = &installation.exported("1")[0];
    assert_eq!(handoff["channels"][0]["messageComponents"][0]["content"], "Hi ${{1}}, it ships ${{2}}.");
    assert_eq!(handoff["x-outbound"]["samples"]["0"], json!({"body.1": "Ann", "body.2": "Monday"}));
    let exported = installation.run(&["export", "--account", "1", "--format", "meta"]).json();
    assert_eq!(exported, json!([template("en_US")]));
}

fn translations_in_several_files_get_names_of_their_own(engine: Engine) {
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

fn an_export_into_a_folder_stays_the_same(engine: Engine) {
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
    assert!(files.last().unwrap().0.ends_with("zz-gone.H1.json"), "it is left there");
    assert!(files[0].0.ends_with("cinema-ticket-with-footer.H072047293477863.json"), "{files:?}");
    assert!(files[1].0.ends_with("cinema-ticket.H072047293477862.0.json"), "two channels have a content");
    assert!(
        files.iter().all(|(_, text)| text.starts_with("{\n  \"friendly_name\": \"") && text.ends_with("}\n"))
    );
    assert_eq!(read(), files);
    let told = installation.run(&[&export[..], &["--json"]].concat()).json();
    assert_eq!(told["written"], files.len() - 1);
    let whole = installation.run(&["export", "--account", "1", "--output", "whole"]).succeeded();
    assert_eq!((whole.out.as_str(), whole.err.as_str()), ("", ""), "nothing is lost");
    assert_eq!(std::fs::read_dir(installation.folder.join("whole")).unwrap().count(), 15);
}

fn what_is_lost_is_told_to_people_and_programs(engine: Engine) {
    let installation = Installation::with_account(engine, "1");
    installation.file("one.json", &template("en").to_string());
    let import = ["import", "--account", "1", "--publish", "one.json", "--dry-run"];
    let said = installation.run(&import).succeeded();
    let note = "note: Handoffs have no button type COPY_CODE; it is kept unchanged.\n  --> one.json:1:";
    assert!(
        said.err.contains(note) && said.err.contains("order_update, /components/1/buttons/0"),
        "{said:?}"
    );
    let told = installation.run(&[&import[..], &["--json"]].concat()).json();
    let loss = &told["losses"][0];
    assert_eq!((&loss["file"], &loss["pointer"]), (&json!("one.json"), &json!("/components/1/buttons/0")));
    assert!(loss["line"] == 1 && loss["column"].is_u64() && told["created"] == 1, "{told}");
    assert_eq!(told["mappings"][1]["from"], "body.2");
    installation.run_with(&["import", "--account", "1", "--publish", "-"], examples::HANDOFFS).succeeded();
    let told = installation.run(&["export", "--account", "1", "--format", "rbm", "--json"]).json();
    assert_eq!(told["documents"].as_array().unwrap().len(), 3);
    assert!(
        told["losses"]
            .as_array()
            .unwrap()
            .iter()
            .any(|loss| loss["pointer"] == "/channels/0/serviceAccountName")
    );
    let told = installation.run(&[
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
    assert_eq!(told.json()["written"], 6);
}

fn the_format_is_named_or_told_by_the_content(engine: Engine) {
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
    installation.run_with(&wrong, message).refused(1, "handoff 1, /name: is missing");
    installation
        .run_with(&[&import[..], &["--format", "telegram"]].concat(), "")
        .refused(2, "the formats are liveperson, meta, twilio, rbm");
    installation
        .run(&["export", "--account", "1", "x.json", "--output", "y"])
        .refused(2, "cannot be used with");
}

/// Text and links only: nothing else is wrong with it than what no provider's file says.
const PLAIN: &str = r#"[
  {"name": "order_update", "language": "en_US", "category": "UTILITY", "components": [
    {"type": "BODY", "text": "Hi {{1}}, your order is on its way today.", "example": {"body_text": [["Ann"]]}}]}]"#;
const SENDER: &str = "+14156586515";

fn a_strict_import_takes_sender_and_namespace_from_options_or_the_account(engine: Engine) {
    let installation = Installation::with_account(engine, "1");
    let strict = ["import", "--account", "1", "-", "--strict"];
    let refused = installation.run_with(&strict, PLAIN);
    refused.refused(1, "nothing was imported");
    let given = [&strict[..], &["--sender", SENDER, "--namespace", "ns_1"]].concat();
    installation.run_with(&given, PLAIN).succeeded();
    let channel = &installation.exported("1")[0]["channels"][0];
    assert_eq!((&channel["outboundnumber"], &channel["namespace"]), (&json!(SENDER), &json!("ns_1")));
    let settings = ["account", "settings", "--account", "1", "--json"];
    let set = |name: &str| installation.run(&[&settings[..], &["--import-default", name]].concat());
    set(&format!("wa.sender={SENDER}")).succeeded();
    let settings = set("wa.namespace=ns_2").json();
    assert_eq!(settings["importDefaults"], json!({"wa": {"sender": SENDER, "namespace": "ns_2"}}));
    installation.run_with(&strict, &PLAIN.replace("order_update", "second")).succeeded();
    assert_eq!(installation.exported("1")[1]["channels"][0]["namespace"], "ns_2");
    set("wa.colour=blue").refused(2, "unknown field 'colour'; expected language, sender");
    set("fax.sender=1").refused(2, "unknown channel");
}

fn a_language_is_given_on_export(engine: Engine) {
    let installation = Installation::with_account(engine, "1");
    let message = r#"{"contentMessage": {"text": "Hello"}}"#;
    installation.run_with(&["import", "--account", "1", "--publish", "-"], message).succeeded();
    let export = ["export", "--account", "1", "--format", "twilio"];
    let said = installation.run(&export).succeeded();
    assert!(said.err.contains("Twilio requires a language, but the channel has none: set one"), "{said:?}");
    let exported = installation.run(&[&export[..], &["--language", "en"]].concat()).json();
    assert_eq!(exported[0]["language"], "en");
}

/// `check` reads what `import` does, and says where each template begins.
#[test]
fn files_of_providers_are_checked_where_there_is_no_database() {
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
    let said = check(&["--sender", SENDER, "--namespace", "ns_1"], &two);
    assert!(!said.out.contains("same name"), "translations are told apart as an import does: {said:?}");
    let wrong = check(&[], r#"[{"components": [], "name": 5}]"#);
    assert!(wrong.status == Some(1) && wrong.out.contains("/name: expected a string"), "{wrong:?}");
    check(&["--format", "telegram"], "").refused(2, "the formats are liveperson, meta, twilio, rbm");
}

fn a_wrong_template_keeps_all_out(engine: Engine) {
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
        installation.run_with(&["import", "--account", "1", "--publish", "-"], input).refused(1, sentence);
        assert_eq!(installation.exported("1"), json!([]));
    }
}

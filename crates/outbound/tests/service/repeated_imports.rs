//! A repeated import keeps the values that the file cannot contain.

use serde_json::{Value, json};

use crate::support::{Engine, Installation, on_both_engines};

on_both_engines!(values_that_no_providers_file_contains_are_kept);

/// Import defaults of the account. They must not replace the values of a handoff.
const DEFAULTS: [&str; 4] = [
    "wa.namespace=of the account",
    "wa.sender=14155550199",
    "googlercs.serviceAccountName=of the account",
    "googlercs.language=fr",
];

/// Imports `file`, changes the handoff with `edit`, and returns the handoff before that change.
#[track_caller]
fn import_and_edit(installation: &Installation, file: &str, edit: &Value) -> Value {
    installation.run(&["import", "--account", "1", "--publish", file]).succeeded();
    let mut handoff = installation.exported("1")[0].clone();
    handoff["channels"][0].as_object_mut().unwrap().extend(edit.as_object().unwrap().clone());
    let edited = installation.file("edited.json", &handoff.to_string());
    installation.run(&["import", "--account", "1", "--publish", edited]).succeeded();
    handoff
}

#[track_caller]
fn keeps(engine: Engine, format: &str, edit: &Value, document: impl Fn(&str) -> Value) {
    let installation = Installation::with_account(engine, "1");
    let first = installation.file("message.json", &document("It ships today.").to_string());
    let before = import_and_edit(&installation, first, edit);
    let defaults = DEFAULTS.map(|value| ["--import-default", value]).concat();
    installation.run(&[&["account", "settings", "--account", "1"], &defaults[..]].concat()).succeeded();
    installation.file("message.json", &document("It ships tomorrow.").to_string());
    let again = ["import", "--account", "1", "--publish", "--format", format, "--json", first];
    let report = installation.run(&again).json();
    assert_eq!((&report["created"], &report["changed"]), (&json!(0), &json!(1)), "{report}");
    let after = installation.exported("1");
    assert_eq!(after.as_array().unwrap().len(), 1);
    let channel = &after[0]["channels"][0];
    assert_ne!(
        channel["messageComponents"], before["channels"][0]["messageComponents"],
        "the handoff was not updated"
    );
    for (field, value) in edit.as_object().unwrap() {
        assert_eq!(&channel[field], value, "{field}");
    }
}

fn values_that_no_providers_file_contains_are_kept(engine: Engine) {
    let edit = json!({"namespace": "shop_namespace", "outboundnumber": "14155550123"});
    keeps(engine, "meta", &edit, |text| {
        json!({"name": "order", "id": "77", "language": "en", "category": "UTILITY",
            "components": [{"type": "BODY", "text": text}]})
    });
    let edit = json!({"serviceAccountName": "shop-agent", "language": "de", "outboundnumber": "shop"});
    keeps(engine, "rbm", &edit, |text| json!({"contentMessage": {"text": text}}));
}

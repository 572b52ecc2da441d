//! What another import of the same file leaves as it is.

use serde_json::{Value, json};

use crate::support::{Engine, Installation, on_both_engines};

on_both_engines!(what_no_file_of_a_provider_holds_stays);

/// The account has other values for channels that have none: they must not replace what a handoff has.
const DEFAULTS: [&str; 4] = [
    "wa.namespace=of the account",
    "wa.sender=14155550199",
    "googlercs.serviceAccountName=of the account",
    "googlercs.language=fr",
];

/// The handoff that an import of `file` made, and this one changed by hand.
#[track_caller]
fn imported(installation: &Installation, file: &str, edit: &Value) -> Value {
    installation.run(&["import", "--account", "1", "--publish", file]).succeeded();
    let mut handoff = installation.exported("1")[0].clone();
    handoff["channels"][0].as_object_mut().unwrap().extend(edit.as_object().unwrap().clone());
    let edited = installation.file("edited.json", &handoff.to_string());
    installation.run(&["import", "--account", "1", "--publish", edited]).succeeded();
    handoff
}

#[track_caller]
fn stays(engine: Engine, format: &str, edit: &Value, document: impl Fn(&str) -> Value) {
    let installation = Installation::with_account(engine, "1");
    let first = installation.file("message.json", &document("It ships today.").to_string());
    let before = imported(&installation, first, edit);
    let defaults = DEFAULTS.map(|value| ["--import-default", value]).concat();
    installation.run(&[&["account", "settings", "--account", "1"], &defaults[..]].concat()).succeeded();
    installation.file("message.json", &document("It ships tomorrow.").to_string());
    let again = ["import", "--account", "1", "--publish", "--format", format, "--json", first];
    let done = installation.run(&again).json();
    assert_eq!((&done["created"], &done["changed"]), (&json!(0), &json!(1)), "{done}");
    let after = installation.exported("1");
    assert_eq!(after.as_array().unwrap().len(), 1);
    let channel = &after[0]["channels"][0];
    assert_ne!(channel["messageComponents"], before["channels"][0]["messageComponents"], "it was updated");
    for (field, value) in edit.as_object().unwrap() {
        assert_eq!(&channel[field], value, "{field}");
    }
}

fn what_no_file_of_a_provider_holds_stays(engine: Engine) {
    let kept = json!({"namespace": "shop_namespace", "outboundnumber": "14155550123"});
    stays(engine, "meta", &kept, |text| {
        json!({"name": "order", "id": "77", "language": "en", "category": "UTILITY",
            "components": [{"type": "BODY", "text": text}]})
    });
    let kept = json!({"serviceAccountName": "shop-agent", "language": "de", "outboundnumber": "shop"});
    stays(engine, "rbm", &kept, |text| json!({"contentMessage": {"text": text}}));
}

//! `render`: what consumers see, with values from the command line and the handoff's own samples.

use outbound_model::examples;
use serde_json::{Value, json};

use crate::support::{Engine, Installation, Ran, command, on_both_engines, run};

on_both_engines!(samples_stay_with_a_handoff_and_are_never_shown);

const WITH_SAMPLES: &str = r#"{"name": "Two", "channels": [
    {"type": "sms-twilio", "messageComponents": [{"type": "body", "content": "Hi ${{1}}, ${{2}}"}]},
    {"type": "wa", "messageComponents": [{"type": "body", "content": "Dear {{1}}"}]}],
    "x-outbound": {"samples": {"0": {"1": "Ann", "2": "bye"}, "1": {"body.1": "Bob"}}}}"#;

fn render(arguments: &[&str], input: &str) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    run(command(folder.path()).args(["render", "-"]).args(arguments), input)
}

#[test]
fn samples_stand_where_no_value_is_given() {
    let shown = render(&[], WITH_SAMPLES).succeeded().out;
    assert!(shown.contains("Hi Ann, bye") && shown.contains("Dear Bob"), "{shown}");
    let shown = render(&["--var", "1=Eve", "--channel", "wa"], WITH_SAMPLES).succeeded().out;
    assert!(shown.contains("Dear Eve") && !shown.contains("SMS"), "{shown}");
}

#[test]
fn one_handoff_of_many_is_picked_by_id_or_name() {
    for wanted in ["H072047293477861", "greeting by sms"] {
        let shown = render(&["--handoff", wanted, "--json"], examples::HANDOFFS).json();
        assert_eq!(shown.as_array().unwrap().len(), 1);
        assert_eq!(shown[0]["name"], "Greeting by SMS");
    }
    render(&["--handoff", "nobody"], examples::HANDOFFS).refused(1, "no handoff with the id or name nobody");
}

#[test]
fn missing_and_surplus_values_are_told() {
    let greeting = ["--handoff", "H072047293477861", "--var", "7=x"];
    let shown = render(&greeting, examples::HANDOFFS).succeeded().out;
    assert!(shown.contains("Missing values: 1") && shown.contains("Values without a place: 7"), "{shown}");
    assert_eq!(render(&[&greeting[..], &["--strict"]].concat(), examples::HANDOFFS).status, Some(1));
    render(&["--var", "name=Ann"], examples::HANDOFFS).refused(2, "names no placeholder");
}

fn samples_stay_with_a_handoff_and_are_never_shown(engine: Engine) {
    let installation = Installation::with_account(engine, "1");
    let ours: Value = serde_json::from_str(WITH_SAMPLES).unwrap();
    for created in [1, 0] {
        let import = ["import", "--account", "1", "--publish", "-", "--json"];
        let done = installation.run_with(&import, &with_id(&ours)).json();
        assert_eq!(done["created"], json!(created));
        assert_eq!(installation.exported("1")[0]["x-outbound"], ours["x-outbound"]);
    }
}

/// With an id, so that a second import finds the first.
fn with_id(handoff: &Value) -> String {
    let mut handoff = handoff.clone();
    handoff["id"] = json!("H1");
    handoff.to_string()
}

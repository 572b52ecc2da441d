//! `render`: previews with values from the command line and samples of the handoff.

use outbound_model::examples;
use serde_json::{Value, json};

use crate::support::{Engine, Installation, Ran, command, on_both_engines, run};

on_both_engines!(samples_are_kept_by_imports_and_exports);

const WITH_SAMPLES: &str = r#"{"name": "Two", "channels": [
    {"type": "sms-twilio", "messageComponents": [{"type": "body", "content": "Hi ${{1}}, ${{2}}"}]},
    {"type": "wa", "messageComponents": [{"type": "body", "content": "Dear {{1}}"}]}],
    "x-outbound": {"samples": {"0": {"1": "Ann", "2": "bye"}, "1": {"body.1": "Bob"}}}}"#;

fn render(arguments: &[&str], input: &str) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    run(command(folder.path()).args(["render", "-"]).args(arguments), input)
}

#[test]
fn samples_are_used_where_no_value_is_given() {
    let output = render(&[], WITH_SAMPLES).succeeded().out;
    assert!(output.contains("Hi Ann, bye") && output.contains("Dear Bob"), "{output}");
    let output = render(&["--var", "1=Eve", "--channel", "wa"], WITH_SAMPLES).succeeded().out;
    assert!(output.contains("Dear Eve") && !output.contains("SMS"), "{output}");
}

#[test]
fn a_handoff_of_a_file_is_selected_by_id_or_name() {
    for id_or_name in ["H072047293477861", "greeting by sms"] {
        let output = render(&["--handoff", id_or_name, "--json"], examples::HANDOFFS).json();
        assert_eq!(output.as_array().unwrap().len(), 1);
        assert_eq!(output[0]["name"], "Greeting by SMS");
    }
    render(&["--handoff", "unknown"], examples::HANDOFFS).failed(1, "no handoff with the id or name unknown");
}

#[test]
fn missing_and_unused_values_are_reported() {
    let greeting = ["--handoff", "H072047293477861", "--var", "7=x"];
    let output = render(&greeting, examples::HANDOFFS).succeeded().out;
    assert!(output.contains("Missing values: 1") && output.contains("Values without a place: 7"), "{output}");
    assert_eq!(render(&[&greeting[..], &["--strict"]].concat(), examples::HANDOFFS).status, Some(1));
    render(&["--var", "name=Ann"], examples::HANDOFFS).failed(2, "names no placeholder");
}

fn samples_are_kept_by_imports_and_exports(engine: Engine) {
    let installation = Installation::with_account(engine, "1");
    let handoff: Value = serde_json::from_str(WITH_SAMPLES).unwrap();
    for created in [1, 0] {
        let import = ["import", "--account", "1", "--publish", "-", "--json"];
        let done = installation.run_with(&import, &with_id(&handoff)).json();
        assert_eq!(done["created"], json!(created));
        assert_eq!(installation.exported("1")[0]["x-outbound"], handoff["x-outbound"]);
    }
}

/// Adds an id, so that the second import finds the handoff of the first.
fn with_id(handoff: &Value) -> String {
    let mut handoff = handoff.clone();
    handoff["id"] = json!("H1");
    handoff.to_string()
}

//! The golden examples against the running service.

use std::fs;

use serde_json::{Value, json};

use super::Campaigner;
use crate::support::{Engine, Service, on_both_engines};

const ACCOUNT: &str = "40718265";
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../campaigns/tests/golden");

/// Examples that need more than a request. `outbound-campaigns` tests them, and the contract of the store tests the
/// daily limit. The service knows no list of skills, no account enables `customerInfo` yet, and no connection sends
/// in-app messages yet.
const NOT_TESTED: [&str; 6] = [
    "campaign-conversations.json",
    "campaign-error-daily-limit.json",
    "campaign-error-unknown-skill.json",
    "campaign-inapp-default-variables.json",
    "campaign-inapp.json",
    "campaign-wa-customer-info.json",
];

/// The examples, with their names.
fn examples() -> Vec<(String, Value)> {
    let names = fs::read_dir(FOLDER).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> =
        names.filter(|name| name.starts_with("campaign-") && !NOT_TESTED.contains(&&**name)).collect();
    names.sort();
    let load = |name: String| {
        let json = fs::read_to_string(format!("{FOLDER}/{name}")).unwrap();
        let example = serde_json::from_str(&json).unwrap();
        (name, example)
    };
    names.into_iter().map(load).collect()
}

/// The channels of the handoff that an example uses.
fn channels(name: &str) -> Value {
    match name.trim_start_matches("campaign-").trim_end_matches(".json") {
        "multi-channel" | "partial-failure-variables" => json!([sms(3), wa(3, &[])]),
        "sms-multi-variables" => json!([sms(4), wa(4, &[])]),
        "wa-header-image-buttons" => json!([wa(
            2,
            &[
                json!({"type": "header", "sub_type": "image", "content": "${{1}}", "variables": ["1"]}),
                json!({"type": "button", "sub_type": "url", "index": 0, "content": "Open",
                    "url": "https://example.com/{{1}}", "variables": ["1"]}),
            ]
        )]),
        _ => json!([sms(1)]),
    }
}

/// A message with the placeholders 1 to `count`.
fn content(count: usize) -> String {
    let placeholders: Vec<_> = (1..=count).map(|number| format!("${{{{{number}}}}}")).collect();
    placeholders.join(" ")
}

fn sms(variables: usize) -> Value {
    json!({"type": "sms-twilio", "language": "en", "outboundnumber": "+14155550170", "messageComponents": [
        {"type": "body", "content": content(variables), "variables": [], "optOut": "Reply STOP to opt out."}]})
}

fn wa(variables: usize, others: &[Value]) -> Value {
    let body = json!({"type": "body", "content": content(variables), "variables": []});
    let components: Vec<_> = std::iter::once(body).chain(others.iter().cloned()).collect();
    json!({"type": "wa", "language": "en", "outboundnumber": "14155550170", "messageComponents": components})
}

/// Publishes the handoff that an example uses.
fn publish(service: &Service, name: &str, id: &str) {
    let handoff = json!([{"id": id, "name": format!("Golden {id}"), "lookbackPeriodDay": 29, "lookbackPeriodHour": 12,
        "routeAllWithinLookback": true, "createdAt": "2026-09-01T08:00:00Z", "updatedAt": "2026-09-01T08:00:00Z",
        "channels": channels(name), "x-outbound": {"samples": {"0": {"1": "Your statement is ready."}}}}]);
    let file = service.installation.file("golden.json", &handoff.to_string());
    service.installation.run(&["import", "--account", ACCOUNT, "--publish", file]).succeeded();
}

/// Replaces the values at a JSON pointer, in which `*` means each element, by null.
fn clear(value: &mut Value, pointer: &str) {
    let Some((before, after)) = pointer.split_once("/*") else {
        let value = value.pointer_mut(pointer).unwrap();
        assert!(value.is_string(), "{value}");
        *value = Value::Null;
        return;
    };
    for element in value.pointer_mut(before).unwrap().as_array_mut().unwrap() {
        clear(element, after);
    }
}

fn answers_are_the_golden_ones(engine: Engine) {
    let service = Service::start(engine);
    service.installation.run(&["account", "create", ACCOUNT]).succeeded();
    let campaigner = Campaigner::new(&service, ACCOUNT);
    let examples = examples();
    assert_eq!(examples.len(), 13);
    for (name, mut golden) in examples {
        let (request, response) = (golden["request"].take(), golden["response"].take());
        assert_eq!(request["path"], "/api/v2/account/40718265/campaign", "{name}");
        if !name.contains("-error-unknown-") {
            publish(&service, &name, request["body"]["templateId"].as_str().unwrap());
        }
        let actual = campaigner.post(&request["body"]);
        assert_eq!(response["status"], actual.status, "{name}: {actual:?}");
        let mut actual = json!({"response": {"body": actual.json()}});
        let mut expected = json!({"response": {"body": response["body"]}});
        let is_error = response["status"] != 200;
        for pointer in golden["volatile"].as_array().unwrap().iter().filter_map(Value::as_str) {
            // The messages of errors are Outbound's own, so they are compared.
            if !(is_error && pointer.ends_with("/message")) {
                clear(&mut actual, pointer);
                clear(&mut expected, pointer);
            }
        }
        // Our field, which the examples do not have.
        if is_error {
            actual["response"]["body"].as_object_mut().unwrap().shift_remove("error");
        }
        // As strings, because the order of fields counts.
        assert_eq!(actual.to_string(), expected.to_string(), "{name}");
    }
}

on_both_engines!(answers_are_the_golden_ones);

//! The golden examples: requests of the campaign API and their answers.

use outbound_campaigns::{
    CampaignError, CampaignIds, CampaignResponse, CampaignStatus, ConversationsResponse, HandoffSpec,
};
use outbound_model::Timestamp;
use outbound_reporting::{ErrorKey, ReportingChannel, Step, Text, Transaction, TransactionId};
use serde_json::{Value, json};

use crate::support::{button, check, files, header, inapp, load, sms, spec, wa};

/// The handoff that each example uses.
pub(crate) fn golden_spec(name: &str) -> HandoffSpec {
    spec(&match name.trim_start_matches("campaign-").trim_end_matches(".json") {
        "inapp" | "inapp-default-variables" => json!([inapp()]),
        "multi-channel" | "partial-failure-variables" => json!([sms(3), wa(3, &[])]),
        "sms-multi-variables" => json!([sms(4), wa(4, &[])]),
        "wa-customer-info" => json!([wa(5, &[header("video", "${{1}}")])]),
        "wa-header-image-buttons" => json!([wa(2, &[header("image", "${{1}}"), button(0)])]),
        _ => json!([sms(1)]),
    })
}

/// Both bodies as strings, without the generated values, so that the order of fields counts.
fn assert_same(name: &str, mut actual: Value, golden: &Value) {
    let mut expected = golden["response"]["body"].clone();
    for pointer in golden["volatile"].as_array().unwrap() {
        let pointer = pointer.as_str().unwrap().strip_prefix("/response/body").unwrap();
        clear(&mut actual, pointer);
        clear(&mut expected, pointer);
    }
    assert_eq!(actual.to_string(), expected.to_string(), "{name}");
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

/// Serialized and read again, because the order of fields counts.
fn to_value(response: &impl serde::Serialize) -> Value {
    serde_json::from_str(&serde_json::to_string(response).unwrap()).unwrap()
}

#[test]
fn answers_are_the_golden_ones() {
    let names: Vec<_> = files("campaign-").into_iter().filter(|name| !name.contains("-error-")).collect();
    assert_eq!(names.len(), 11 + 1);
    for name in names.iter().filter(|name| *name != "campaign-conversations.json") {
        let golden = load(name);
        let body = golden["request"]["body"].to_string();
        let spec = golden_spec(name);
        let checked = check(&body, &spec).unwrap();
        let id = |_| TransactionId::from_bytes([1; 16]);
        let response = CampaignResponse::new(&CampaignIds::from_random([7; 24]), "trace", &checked, id);
        assert_same(name, to_value(&response), &golden);
        assert_eq!(golden["response"]["status"], 200);
    }
}

/// The error of each example, which the caller creates where it depends on the account.
fn golden_error(name: &str, body: &str) -> CampaignError {
    match name {
        "campaign-error-unknown-skill.json" => CampaignError::UnknownSkill,
        "campaign-error-unknown-template.json" => CampaignError::UnknownTemplate,
        "campaign-error-daily-limit.json" => CampaignError::DailyLimit { channel: ReportingChannel::Sms },
        _ => check(body, &golden_spec(name)).unwrap_err(),
    }
}

#[test]
fn errors_are_the_golden_ones() {
    // The server creates the others before it reads the request.
    let others = ["401-expired", "429", "500"].map(|name| format!("campaign-error-{name}.json"));
    let names: Vec<_> = files("campaign-error-").into_iter().filter(|name| !others.contains(name)).collect();
    assert_eq!(names.len(), 7);
    for name in names {
        let golden = load(&name);
        let error = golden_error(&name, &golden["request"]["body"].to_string());
        assert_eq!(golden["response"]["status"], error.status(), "{name}");
        // The messages are Outbound's own, so they are compared, although the golden files mark them as volatile.
        let mut body = to_value(&error.body("trace"));
        body["requestTraceId"] = golden["response"]["body"]["requestTraceId"].clone();
        assert_eq!(body.to_string(), golden["response"]["body"].to_string(), "{name}");
    }
}

/// A row of `world.json`.
fn row(message: &Value) -> Transaction {
    let mut row = Transaction::new(message["transactionId"].as_str().unwrap().parse().unwrap());
    for (field, step) in [
        ("sent", Step::Sent),
        ("failed", Step::Failed),
        ("skipped", Step::Skipped),
        ("created", Step::ConversationCreated),
    ] {
        if let Some(time) = message[field].as_i64() {
            row.times.record(step, Timestamp::from_millis(time).unwrap());
        }
    }
    let string = |field: &str| message[field].as_str().map(str::to_owned);
    row.error =
        string("errorSource").map(|source| ErrorKey::new(source, string("errorCode").unwrap()).unwrap());
    row.conversation_id = string("conversationId").map(|id| Text::new("conversationId", id).unwrap());
    row
}

#[test]
fn conversations_are_the_golden_ones() {
    let golden = load("campaign-conversations.json");
    let world = load("world.json");
    let messages = world["messages"].as_array().unwrap().iter();
    let rows: Vec<_> = messages.filter(|m| m["proactiveCampaignId"] == "k7TqWm2Rz").map(row).collect();
    let response = ConversationsResponse::new(CampaignStatus::Finished, &rows);
    assert_same("conversations", to_value(&response), &golden);
}

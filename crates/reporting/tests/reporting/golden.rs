//! The golden examples: requests of the reporting API and their answers.

use outbound_reporting::{App, Counts, Event, MessageStatus, TransactionId, counts};
use serde_json::{Value, json};

use crate::server::Server;
use crate::support::{Store, event};

const ACCOUNT: &str = "40718265";

fn load(name: &str) -> Value {
    let path = format!("{}/tests/golden/{name}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn files(prefix: &str) -> Vec<String> {
    let folder = format!("{}/tests/golden", env!("CARGO_MANIFEST_DIR"));
    let names =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with(prefix)).collect()
}

/// The events of a message of `world.json`.
fn events(message: &Value) -> Vec<Event> {
    let mut all = vec![json!({"type": "attempted", "app": message["app"], "channel": message["channel"],
        "skill": message["skill"], "source": message["source"], "handoffId": message["handoffId"],
        "proactiveCampaignId": message["proactiveCampaignId"], "ivrNumber": message["ivrNumber"]})];
    for (field, event_type) in [
        ("invite", "invited"),
        ("sent", "sent"),
        ("delivered", "delivered"),
        ("read", "read"),
        ("failed", "failed"),
        ("skipped", "skipped"),
        ("created", "conversationCreated"),
        ("closed", "conversationClosed"),
    ] {
        if !message[field].is_null() {
            all.push(json!({"type": event_type, "time": message[field],
                "errorSource": message["errorSource"], "errorCode": message["errorCode"],
                "conversationId": message["conversationId"]}));
        }
    }
    if !message["csat"].is_null() {
        all.push(json!({"type": "csat", "time": message["closed"], "score": message["csat"]}));
    }
    let complete = |mut value: Value| {
        value["messageId"] = message["transactionId"].clone();
        value["attemptedTime"] = message["attempted"].clone();
        event(&value)
    };
    all.into_iter().map(complete).collect()
}

/// The store with all messages, whose events arrived last event first.
fn world() -> Store {
    let mut store = Store::default();
    for message in load("world.json")["messages"].as_array().unwrap() {
        let id: TransactionId = message["transactionId"].as_str().unwrap().parse().unwrap();
        for event in events(message).iter().rev() {
            store.apply([(id, event)]);
        }
    }
    store
}

fn server(request: &Value) -> Server {
    let app = App::from_name(request["path"].as_str().unwrap().split('/').nth(5).unwrap()).unwrap();
    Server { store: world(), account: ACCOUNT.parse().unwrap(), app, request: request.clone() }
}

/// Both values as text, after the volatile ones were compared by type and removed: so the order of fields
/// counts.
fn assert_same(name: &str, mut actual: Value, mut expected: Value, volatile: &Value) {
    for pointer in volatile.as_array().unwrap() {
        let Some(pointer) = pointer.as_str().unwrap().strip_prefix("/response/body") else { continue };
        let (actual, expected) =
            (actual.pointer_mut(pointer).unwrap().take(), expected.pointer_mut(pointer).unwrap().take());
        assert_eq!(
            std::mem::discriminant(&actual),
            std::mem::discriminant(&expected),
            "{name} {pointer}: {actual}"
        );
    }
    assert_eq!(actual.to_string(), expected.to_string(), "{name}");
}

#[test]
fn answers_are_the_golden_ones() {
    for (prefix, number) in [("analytics-", 9), ("campaign-", 4), ("transactions-", 15)] {
        let names = files(prefix);
        assert_eq!(names.len(), number, "{prefix}");
        for name in names {
            let golden = load(&name);
            let answer = server(&golden["request"]).answer().unwrap();
            assert_same(&name, answer, golden["response"]["body"].clone(), &golden["volatile"]);
        }
    }
}

#[test]
fn bad_requests_are_rejected_with_what_to_do() {
    for (name, message) in [
        ("analytics-over-60-days", "the interval must not exceed 60 days; send a request for each part"),
        ("transactions-over-24-hours", "the interval must not exceed 24 hours; send a request for each part"),
        ("missing-time", "attemptedEndTime is required"),
        ("limit-over-5000", "limit is 5001; expected 1 to 5000"),
        (
            "unknown-messagestatus",
            "messagestatus: `QUEUED` is unknown; the values are FAILED, SKIPPED, SENT, DELIVERED, READ, RESPONDED",
        ),
    ] {
        let golden = load(&format!("reporting-error-400-{name}.json"));
        assert_eq!(golden["response"]["status"], 400);
        assert_eq!(server(&golden["request"]).answer().unwrap_err().to_string(), message);
    }
}

#[test]
fn statuses_are_the_golden_ones() {
    let store = world();
    for message in load("world.json")["messages"].as_array().unwrap() {
        let row = &store.rows[&message["transactionId"].as_str().unwrap().parse().unwrap()];
        assert_eq!(row.status().map(MessageStatus::as_str), message["messageStatus"].as_str());
        assert_eq!(Some(row.id.attempted_at().millis()), message["attempted"].as_i64());
    }
}

#[test]
fn the_rollup_equals_a_recount() {
    let store = world();
    let total: Counts = store.rollup.values().copied().sum();
    assert_eq!(total, store.rows.values().map(counts).sum());
    assert_eq!(total.attempted, 18);
    // All of these messages are finished or sent.
    assert_eq!(total.pending(), 0);
}

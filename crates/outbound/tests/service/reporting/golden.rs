//! The golden examples against the running service: the answers follow from the events of `world.json`.
//!
//! The examples have fixed times, and data is kept for 13 months. So all times are shifted by whole days.

use std::collections::BTreeMap;
use std::fs;

use outbound_model::Timestamp;
use serde_json::{Value, json};

use super::{DAY, Reporter, now};
use crate::support::{Engine, Service, on_both_engines};

const ACCOUNT: &str = "40718265";
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../reporting/tests/golden");
/// The day after the last example: 2026-09-17.
const END: i64 = 1_789_603_200_000;

fn load(name: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(format!("{FOLDER}/{name}")).unwrap()).unwrap()
}

/// The events of a message of `world.json`.
fn events(message: &Value, shift: i64) -> Vec<Value> {
    let mut all = vec![json!({
        "type": "attempted", "app": message["app"], "channel": message["channel"], "skill": message["skill"],
        "source": message["source"], "handoffId": message["handoffId"],
        "proactiveCampaignId": message["proactiveCampaignId"], "ivrNumber": message["ivrNumber"],
    })];
    let steps = [
        ("invite", "invited"),
        ("sent", "sent"),
        ("delivered", "delivered"),
        ("read", "read"),
        ("failed", "failed"),
        ("skipped", "skipped"),
        ("created", "conversationCreated"),
        ("closed", "conversationClosed"),
    ];
    for (field, kind) in steps.into_iter().filter(|(field, _)| !message[*field].is_null()) {
        let mut event = json!({"type": kind, "time": message[field].as_i64().unwrap() + shift});
        match kind {
            "failed" => {
                event["errorSource"] = message["errorSource"].clone();
                event["errorCode"] = message["errorCode"].clone();
            }
            "conversationCreated" | "conversationClosed" => {
                event["conversationId"] = message["conversationId"].clone();
            }
            _ => {}
        }
        all.push(event);
    }
    if !message["csat"].is_null() {
        let time = message["closed"].as_i64().unwrap() + shift;
        all.push(json!({"type": "csat", "time": time, "score": message["csat"]}));
    }
    for event in &mut all {
        event["messageId"] = message["transactionId"].clone();
        event["attemptedTime"] = json!(message["attempted"].as_i64().unwrap() + shift);
    }
    all
}

/// Shifts all times, and replaces ids.
fn translate(value: &mut Value, shift: i64, ids: &BTreeMap<String, String>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                match value.as_i64() {
                    Some(time) if key.ends_with("Time") => *value = json!(time + shift),
                    _ => translate(value, shift, ids),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| translate(item, shift, ids)),
        Value::String(text) => {
            let shifted = |time: Timestamp| time.plus_millis(shift).to_string();
            if let Some(id) = ids.get(text) {
                text.clone_from(id);
            } else if let Ok(time) = text.parse::<Timestamp>() {
                *text = shifted(time);
            } else if let [month, day, year] = text.split('-').collect::<Vec<_>>()[..]
                && year.len() == 4
                && let Ok(time) = format!("{year}-{month}-{day}T00:00:00Z").parse::<Timestamp>()
            {
                let time = shifted(time);
                *text = format!("{}-{}", &time[5..10], &time[..4]);
            }
        }
        _ => {}
    }
}

fn answer(reporter: &Reporter<'_>, request: &Value, shift: i64, ids: &BTreeMap<String, String>) -> Value {
    let query = request["query"].as_object().cloned().unwrap_or_default();
    let query: Vec<_> = query
        .iter()
        .map(|(name, value)| match (name.as_str(), value.as_str().unwrap()) {
            ("v", version) => format!("v={version}"),
            (name, time) => format!("{name}={}", time.parse::<i64>().unwrap() + shift),
        })
        .collect();
    let path = format!("{}?{}", request["path"].as_str().unwrap(), query.join("&"));
    let mut body = request["body"].clone();
    translate(&mut body, shift, ids);
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let response = reporter.service.send(
        request["method"].as_str().unwrap(),
        &path,
        &[("authorization", &reporter.token), ("content-type", "application/json")],
        &body,
    );
    assert_eq!(response.status, 200, "{path}: {response:?}");
    assert!(response.header("x-outbound-data-as-of").parse::<Timestamp>().is_ok());
    response.json()
}

/// The ids of the service by those of the examples. Each message has another time.
fn ids(reporter: &Reporter<'_>, world: &Value, shift: i64) -> BTreeMap<String, String> {
    let mut by_time = BTreeMap::new();
    for app in ["prmsg", "c2m"] {
        for day in (END - 7 * DAY..END).step_by(usize::try_from(DAY).unwrap()) {
            let path = format!(
                "/api/account/{ACCOUNT}/app/{app}/transactions?v=2&attemptedStartTime={}&attemptedEndTime={}",
                day + shift,
                day + shift + DAY
            );
            let page = reporter.post(&path, "application/json", r#"{"limit":5000}"#).json();
            for row in page["transactions"].as_array().unwrap() {
                let time: Timestamp = row["attemptedTime"].as_str().unwrap().parse().unwrap();
                by_time.insert(time.millis(), row["transactionId"].as_str().unwrap().to_owned());
            }
        }
    }
    let messages = world["messages"].as_array().unwrap();
    let id = |message: &Value| message["transactionId"].as_str().unwrap().to_owned();
    messages.iter().map(|m| (id(m), by_time[&(m["attempted"].as_i64().unwrap() + shift)].clone())).collect()
}

fn answers_are_the_golden_ones(engine: Engine) {
    let service = Service::start(engine);
    service.installation.run(&["account", "create", ACCOUNT]).succeeded();
    let reporter = Reporter::new(&service, ACCOUNT);
    let shift = (now() - END) / DAY * DAY - DAY;
    let world = load("world.json");
    let all: Vec<_> = world["messages"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|message| events(message, shift))
        .rev()
        .collect();
    let recorded = reporter.record(&all);
    assert_eq!((&recorded["rejected"], &recorded["withoutAttempt"]), (&json!(0), &json!(0)), "{recorded}");

    let ids = ids(&reporter, &world, shift);
    let back: BTreeMap<_, _> = ids.iter().map(|(golden, ours)| (ours.clone(), golden.clone())).collect();
    let mut names: Vec<_> = fs::read_dir(FOLDER)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    // These pages have six rows; ours have 1000. `crates/reporting` tests them.
    let is_tested = |name: &&String| {
        ["analytics-", "campaign-", "transactions-"].iter().any(|prefix| name.starts_with(prefix))
            && !name.ends_with("-page.json")
    };
    let mut tested = 0;
    for name in names.iter().filter(is_tested) {
        let golden = load(name);
        let mut actual = answer(&reporter, &golden["request"], shift, &ids);
        translate(&mut actual, -shift, &back);
        let mut expected = golden["response"]["body"].clone();
        for pointer in golden["volatile"].as_array().unwrap() {
            let pointer = pointer.as_str().unwrap().strip_prefix("/response/body").unwrap_or_default();
            for value in [&mut actual, &mut expected] {
                if let Some(volatile) = value.pointer_mut(pointer) {
                    *volatile = Value::Null;
                }
            }
        }
        // As text, because the order of fields counts.
        assert_eq!(actual.to_string(), expected.to_string(), "{name}");
        tested += 1;
    }
    assert_eq!(tested, 26);
    the_conversations_are_the_golden_ones(&service, &back);
}

/// Those of a campaign that another system sent.
fn the_conversations_are_the_golden_ones(service: &Service, back: &BTreeMap<String, String>) {
    let name = concat!(env!("CARGO_MANIFEST_DIR"), "/../campaigns/tests/golden/campaign-conversations.json");
    let golden: Value = serde_json::from_str(&fs::read_to_string(name).unwrap()).unwrap();
    let token = service.new_token(ACCOUNT, "campaigns.read");
    let response = service.get_as(&token, golden["request"]["path"].as_str().unwrap());
    assert_eq!(golden["response"]["status"], response.status, "{response:?}");
    let mut actual = response.json();
    translate(&mut actual, 0, back);
    assert_eq!(actual.to_string(), golden["response"]["body"].to_string());
}

on_both_engines!(answers_are_the_golden_ones);

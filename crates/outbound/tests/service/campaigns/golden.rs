//! The golden examples against the running service.

use std::fs;

use outbound_campaigns::{CampaignIds, Control, DAILY_LIMIT as DAILY_LIMIT_RECIPIENTS, RecipientCounts};
use outbound_model::{AccountId, Timestamp};
use outbound_reporting::ReportingChannel;
use outbound_store::{Campaign, CampaignAdded, Campaigns, DailyCount, NewCampaign};
use outbound_store_sql::{Options, SqlStore};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::{Campaigner, now};
use crate::support::{Engine, Installation, Service, on_both_engines};

const ACCOUNT: &str = "40718265";
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../campaigns/tests/golden");

/// Examples that are tested elsewhere: the first in `reporting/golden.rs`, because it follows from events; those of errors
/// in `http/tests/campaign_errors.rs`, which controls the clock.
const NOT_TESTED: [&str; 4] = [
    "campaign-conversations.json",
    "campaign-error-401-expired.json",
    "campaign-error-429.json",
    "campaign-error-500.json",
];
const UNKNOWN_SKILL: &str = "campaign-error-unknown-skill.json";
const DAILY_LIMIT: &str = "campaign-error-daily-limit.json";

/// The examples, with their names.
fn examples() -> Vec<(String, Value)> {
    let names = fs::read_dir(FOLDER).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> =
        names.filter(|name| name.starts_with("campaign-") && !NOT_TESTED.contains(&&**name)).collect();
    // The last one uses up the day.
    names.sort_by_key(|name| (name == DAILY_LIMIT, name.clone()));
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
        "inapp" | "inapp-default-variables" => json!([inapp()]),
        "sms-multi-variables" => json!([sms(4), wa(4, &[])]),
        "wa-customer-info" => json!([wa(
            5,
            &[json!({"type": "header", "sub_type": "video", "content": "${{1}}", "variables": ["1"]})]
        )]),
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

fn inapp() -> Value {
    json!({"type": "inapp", "appNames": ["shop"], "language": "en", "messageComponents": [
        {"type": "text", "notificationTitle": "Statement", "notificationMessage": "Ready", "messageText": content(1),
            "variables": ["1"]}]})
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

/// Counts as many recipients of today as an account may have.
fn use_up_the_day(service: &Service) {
    let Installation { folder, database, .. } = &service.installation;
    let path = folder.join("outbound.db");
    let database =
        if database.starts_with("sqlite:") { format!("sqlite:{}", path.display()) } else { database.clone() };
    let account: AccountId = ACCOUNT.parse().unwrap();
    let now = Timestamp::from_millis(now()).unwrap();
    let campaign = Campaign {
        ids: CampaignIds::from_random([9; 24]),
        created_at: now,
        created_by: "test".to_owned(),
        name: "Earlier".to_owned(),
        skill: "renewals".to_owned(),
        control: Control::Cancelled,
        reason: None,
        expires_at: now,
        frozen: r#"{"channels":[],"lookbackHours":0}"#.to_owned(),
        counts: RecipientCounts::default(),
        failures: None,
    };
    let daily = [DailyCount { channel: ReportingChannel::Sms, count: DAILY_LIMIT_RECIPIENTS }];
    let new = NewCampaign {
        campaign: &campaign,
        recipients: &[],
        daily: &daily,
        daily_limit: u32::MAX,
        request: None,
        sealed_events: &[],
    };
    let count = async {
        let store = SqlStore::open(&database, &Options::default()).await.unwrap();
        let mut transaction = store.write_campaigns(&account).await.unwrap();
        assert_eq!(transaction.add_campaign(&new).await.unwrap(), CampaignAdded::Added);
        transaction.commit().await.unwrap();
    };
    Runtime::new().unwrap().block_on(count);
}

fn answers_are_the_golden_ones(engine: Engine) {
    let service = Service::start(engine);
    service.installation.run(&["account", "create", ACCOUNT]).succeeded();
    let campaigner = Campaigner::new(&service, ACCOUNT);
    let examples = examples();
    assert_eq!(examples.len(), 18);
    let skills = examples.iter().filter(|(name, _)| name != UNKNOWN_SKILL);
    let skills = skills.filter_map(|(_, golden)| golden["request"]["body"]["skill"].as_str());
    let skills: Vec<_> = skills.flat_map(|skill| ["--skill", skill]).collect();
    let settings = ["account", "settings", "--account", ACCOUNT, "--personal-info", "true"];
    service.installation.run(&[&settings[..], &skills].concat()).succeeded();
    for (name, mut golden) in examples {
        let (request, response) = (golden["request"].take(), golden["response"].take());
        assert_eq!(request["path"], "/api/v2/account/40718265/campaign", "{name}");
        if !name.contains("-error-unknown-") {
            publish(&service, &name, request["body"]["templateId"].as_str().unwrap());
        }
        if name == DAILY_LIMIT {
            use_up_the_day(&service);
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

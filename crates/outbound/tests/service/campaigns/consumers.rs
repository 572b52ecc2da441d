//! Errors of single consumers, as the vendor's table lists them.

use serde_json::{Value, json};

use super::{Campaigner, demo, other_weekday};
use crate::support::{ACCOUNT, Engine, Service, on_both_engines};

const HANDOFF: &str = "H204816353720777";
const IMAGE: &str = "https://media.example.com/a.jpg";

/// Publishes a handoff for SMS and WhatsApp with two variables, a header with an image, and a button.
fn publish(service: &Service) {
    let body = json!({"type": "body", "content": "Hi ${{1}} ${{2}}", "variables": [], "optOut": "Reply STOP to opt out."});
    let sms = json!({"type": "sms-twilio", "language": "en", "outboundnumber": "+14155550170",
        "messageComponents": [body]});
    let wa = json!({"type": "wa", "language": "en", "outboundnumber": "14155550170", "messageComponents": [
        {"type": "body", "content": "Hi ${{1}} ${{2}}", "variables": []},
        {"type": "header", "sub_type": "image", "content": "${{1}}", "variables": ["1"]},
        {"type": "button", "sub_type": "url", "index": 0, "content": "Open", "url": "https://example.com/{{1}}",
            "variables": ["1"]}]});
    let handoff = json!([{"id": HANDOFF, "name": "Errors", "lookbackPeriodDay": 1, "lookbackPeriodHour": 0,
        "routeAllWithinLookback": true, "createdAt": "2026-09-01T08:00:00Z", "updatedAt": "2026-09-01T08:00:00Z",
        "channels": [sms, wa]}]);
    let file = service.installation.file("errors.json", &handoff.to_string());
    service.installation.run(&["import", "--account", ACCOUNT, "--publish", file]).succeeded();
    let hosts = ["account", "settings", "--account", ACCOUNT, "--permitted-media-host", "media.example.com"];
    service.installation.run(&hosts).succeeded();
}

/// A consumer without errors.
fn valid(ending: usize) -> Value {
    let number = format!("1415555{ending:04}");
    json!({"consumerContent": {"sms": number, "wa": number}, "variables": {"1": "Ann", "2": "tea"},
        "headerVariables": {"image": IMAGE}, "buttonVariables": {"1": "a"}})
}

/// The `errorMessage` of each failed consumer, in the order of the request.
fn failures(campaigner: &Campaigner<'_>, consumers: &[Value]) -> Vec<String> {
    let day = other_weekday();
    let (start, end) = (json!({"hour": 9, "minute": 0}), json!({"hour": 20, "minute": 30}));
    let response =
        campaigner.post(&json!({"campaignName": "Errors", "skill": "sales", "templateId": HANDOFF,
        "consent": true, "consumers": consumers,
        "schedulingMetrics": {"windows": [{"startTime": start, "endTime": end, "day": day}]}}));
    assert_eq!(response.status, 200, "{response:?}");
    let failed = response.json()["failedConsumers"].as_array().unwrap().clone();
    failed.iter().map(|failed| failed["errorMessage"].as_str().unwrap().to_owned()).collect()
}

fn each_error_of_the_table_is_returned(engine: Engine) {
    let service = Service::start(engine);
    let campaigner = demo(&service);
    publish(&service);
    let cases: [(&str, Value, &str); 15] = [
        ("/consumerContent/sms", json!("10155550111"), "INVALID_NUMBER"),
        ("/consumerContent", json!({"sms": "14155550102", "wa": "14155550102"}), "DUPLICATE_NUMBER"),
        ("/consumerContent", json!({"sms": "14155550199"}), "MISSING_CONSUMER_INFORMATION==wa"),
        ("/variables", json!({"1": "a", "2": "b", "3": "c"}), "TOO_MANY_VARIABLES"),
        ("/variables", json!({}), "INSUFFICIENT_VARIABLES"),
        ("/variables", json!({"1": "a"}), "MISSING_VARIABLE=2"),
        ("/variables", json!({"1": "a", "2": 5}), "VARIABLE_NOT_STRING=2"),
        ("/headerVariables", json!({}), "INSUFFICIENT_HEADER_VARIABLES"),
        ("/headerVariables", json!({"image": IMAGE, "video": IMAGE}), "TOO_MANY_HEADER_VARIABLES"),
        ("/headerVariables", json!({"video": IMAGE}), "MISSING_HEADER_VARIABLE=image"),
        ("/headerVariables", json!({"image": 5}), "HEADER_VARIABLE_NOT_STRING"),
        ("/headerVariables", json!({"image": "a.jpg"}), "HEADER_VARIABLE_INVALID_URL"),
        ("/headerVariables", json!({"image": "https://other.example/a.jpg"}), "IMAGE_URL_NOT_WHITELISTED"),
        ("/buttonVariables", json!({}), "INSUFFICIENT_BUTTON_VARIABLES"),
        ("/buttonVariables", json!({"1": "a", "2": "b"}), "TOO_MANY_BUTTON_VARIABLES"),
    ];
    let mut consumers = vec![valid(102)];
    for (number, (pointer, value, _)) in cases.iter().enumerate() {
        let mut consumer = valid(110 + number);
        *consumer.pointer_mut(pointer).unwrap() = value.clone();
        consumers.push(consumer);
    }
    let expected: Vec<_> = cases.iter().map(|(_, _, error)| *error).collect();
    assert_eq!(failures(&campaigner, &consumers), expected);
}

on_both_engines!(each_error_of_the_table_is_returned);

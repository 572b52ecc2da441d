//! Lanes over the management API.

use serde_json::json;

use super::{Campaigner, demo, request};
use crate::support::{Engine, OTHER_ACCOUNT, Service, on_both_engines};

fn lanes_are_listed_and_resumed(engine: Engine) {
    let service = Service::start_with(engine, &["--requests-per-second", "0"]);
    let campaigner = demo(&service);
    assert_eq!(campaigner.manage("GET", "lanes", "").json(), json!({"items": []}));
    campaigner.start(&request([1]));
    let expected = json!({"items": [{"lane": "sms/14155550100", "rate": 9}]});
    assert_eq!(campaigner.manage("GET", "lanes", "").json(), expected);
    let resume = |campaigner: &Campaigner<'_>, lane: &str| {
        campaigner.manage("POST", "lanes/resume", &json!({"lane": lane}).to_string()).status
    };
    assert_eq!(resume(&campaigner, "sms/+14155550100"), 204);
    assert_eq!((resume(&campaigner, "sms/1"), resume(&campaigner, "fax/1")), (404, 400));
    let other = Campaigner::without_connection(&service, OTHER_ACCOUNT);
    assert_eq!(other.manage("GET", "lanes", "").json(), json!({"items": []}));
    assert_eq!(resume(&other, "sms/14155550100"), 404);
}

on_both_engines!(lanes_are_listed_and_resumed);

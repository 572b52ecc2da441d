//! The two list endpoints return the documented handoffs, complete and in order.

use std::collections::BTreeMap;

use outbound_model::examples;
use serde_json::Value;

use crate::support::{Engine, LIST, Service, on_both_engines};

on_both_engines!(
    the_list_returns_the_documented_handoffs,
    an_sms_element_is_as_documented,
    every_channel_configuration_is_listed_once,
    a_trailing_slash_and_unknown_parameters_are_ignored,
);

const CHANNELS: [(&str, usize); 5] =
    [("wa", 6), ("sms-twilio", 5), ("apple-twilio", 1), ("googlercs", 3), ("inapp", 1)];

/// The fields of a handoff, in the order of the response.
const KEYS: [&str; 8] = [
    "id",
    "name",
    "lookbackPeriodDay",
    "lookbackPeriodHour",
    "routeAllWithinLookback",
    "createdAt",
    "updatedAt",
    "channels",
];

fn documented() -> Vec<Value> {
    serde_json::from_str(examples::HANDOFFS).unwrap()
}

fn channel_list(engine: Engine, channel: &str) -> Vec<Value> {
    let response = Service::shared(engine).get(&format!("{LIST}/channel/{channel}?v=1"));
    assert_eq!(response.status, 200, "{response:?}");
    response.json().as_array().unwrap().clone()
}

fn the_list_returns_the_documented_handoffs(engine: Engine) {
    let response = Service::shared(engine).get(&format!("{LIST}?v=1"));
    assert_eq!((response.status, response.header("content-type")), (200, "application/json"));
    let list = response.json();
    assert_eq!(list.as_array().unwrap().len(), documented().len());
    for (found, expected) in list.as_array().unwrap().iter().zip(documented()) {
        assert_eq!(*found, expected);
        assert_eq!(found.as_object().unwrap().keys().collect::<Vec<_>>(), KEYS);
    }
}

fn an_sms_element_is_as_documented(engine: Engine) {
    let expected: Vec<Value> = serde_json::from_str(examples::BY_CHANNEL_SMS_TWILIO).unwrap();
    // The first two belong to other examples.
    let found = channel_list(engine, "sms-twilio").split_off(2);
    assert_eq!(found.len(), expected.len());
    for (mut found, expected) in found.into_iter().zip(expected) {
        let handoff = documented().into_iter().find(|handoff| handoff["id"] == found["id"]).unwrap();
        let handoff_fields: BTreeMap<_, _> =
            handoff.as_object().unwrap().iter().filter(|(key, _)| *key != "channels").collect();
        assert_eq!(handoff_fields.len(), 7);
        for (key, value) in handoff_fields {
            assert_eq!(found.as_object_mut().unwrap().shift_remove(key).as_ref(), Some(value), "{key}");
        }
        assert_eq!(found.to_string(), expected.to_string());
    }
}

fn every_channel_configuration_is_listed_once(engine: Engine) {
    for (channel, count) in CHANNELS {
        let mut found = channel_list(engine, channel);
        assert_eq!(found.len(), count, "{channel}");
        for element in &mut found {
            let handoff = documented().into_iter().find(|handoff| handoff["id"] == element["id"]).unwrap();
            let handoff = handoff.as_object().unwrap();
            element.as_object_mut().unwrap().retain(|key, _| !handoff.contains_key(key));
            assert!(handoff["channels"].as_array().unwrap().contains(element), "{element}");
        }
    }
}

fn a_trailing_slash_and_unknown_parameters_are_ignored(engine: Engine) {
    let service = Service::shared(engine);
    let plain = service.get(&format!("{LIST}?v=1"));
    let by_channel = service.get(&format!("{LIST}/channel/wa?v=1"));
    for (path, expected) in [
        (format!("{LIST}/?v=1"), &plain),
        (format!("{LIST}?v=1.0"), &plain),
        (format!("{LIST}?utm=a&v=1&utm=b&Limit=0"), &plain),
        (format!("{LIST}/channel/wa/?v=1"), &by_channel),
        (format!("{LIST}/channel/%77a?v=1"), &by_channel),
    ] {
        let response = service.get(&path);
        assert_eq!((response.status, &response.body), (200, &expected.body), "{path}");
    }
}

//! Reading and writing is lossless, for the documented examples and for arbitrary unknown fields.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use outbound_model::examples::{BY_CHANNEL_SMS_TWILIO as BY_CHANNEL, HANDOFFS};
use outbound_model::{AccountId, At, Channel, FromJson, Handoff, Scopes, channel_element, from_json_str};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

#[test]
fn documented_handoffs_are_written_back_equal() {
    let documented: Value = serde_json::from_str(HANDOFFS).unwrap();
    let handoffs: Vec<Handoff> = from_json_str(HANDOFFS).unwrap();
    assert_eq!(handoffs.len(), 15);
    assert!(handoffs.iter().flat_map(|h| &h.channels).all(|c| c.channel_type().is_some()));
    assert_eq!(serde_json::to_value(&handoffs).unwrap(), documented);
}

#[test]
fn documented_channels_have_no_unknown_fields() {
    let channels: Vec<Channel> = from_json_str(BY_CHANNEL).unwrap();
    for channel in channels {
        let Channel::Sms(sms) = channel else { panic!("not an SMS: {channel:?}") };
        assert!(sms.extra.is_empty());
    }
}

#[test]
fn by_channel_elements_have_seven_fields_of_the_handoff() {
    let handoffs: Vec<Handoff> = from_json_str(HANDOFFS).unwrap();
    let documented: Vec<Map<String, Value>> = serde_json::from_str(BY_CHANNEL).unwrap();
    let element = channel_element(&handoffs[11], &handoffs[11].channels[0]).unwrap();
    for (key, value) in &documented[0] {
        assert_eq!(element.get(key), Some(value));
    }
    assert_eq!(element.len(), documented[0].len() + 7);
    assert!(!element.contains_key("channels"));
}

#[test]
fn numbers_of_any_size_are_preserved() {
    let text = r#"{"type":"inapp","messageComponents":[],"big":123456789012345678901234567890,"fine":1.10}"#;
    let channel: Channel = from_json_str(text).unwrap();
    assert_eq!(serde_json::to_string(&channel).unwrap(), text);
}

#[test]
fn shape_errors_name_their_location() {
    for (text, expected) in [
        ("[]", "the value: expected an object, found an array"),
        (r#"{"id":"H1"}"#, "/name: is missing"),
        (r#"{"id":7}"#, "/id: expected a string, found a number"),
        (r#"{"id":"H1","name":" "}"#, "/name: expected a name of 1 to 255 characters"),
        (r#"{"id":"H 1"}"#, "/id: expected an id of 1 to 64"),
    ] {
        let error = from_json_str::<Handoff>(text).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    }
    let error = from_json_str::<Handoff>("{\n  \"id\": }").unwrap_err().to_string();
    assert_eq!(error, "not valid JSON: expected value at line 2 column 9");
}

#[test]
fn invalid_account_ids_and_scopes_are_rejected() {
    for text in ["12345678", "le81823118", "EXAMPLE123"] {
        assert_eq!(text.parse::<AccountId>().unwrap().as_str(), text);
    }
    for text in ["", "a b", "a/b", "é", &"1".repeat(33)] {
        assert!(text.parse::<AccountId>().is_err(), "{text}");
    }
    assert_eq!(
        "handoffs.write handoffs.read".parse::<Scopes>().unwrap().to_string(),
        "handoffs.read handoffs.write"
    );
    assert!("handoffs.read everything".parse::<Scopes>().is_err());
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,8}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// A documented handoff with unknown fields inserted at every level.
fn handoff_with_unknown_fields() -> impl Strategy<Value = Value> {
    let documented: Vec<Value> = serde_json::from_str(HANDOFFS).unwrap();
    (0..documented.len(), prop::collection::vec(("x_[a-z]{0,6}", any_json()), 0..5)).prop_map(
        move |(index, unknown_fields)| {
            let mut handoff = documented[index].clone();
            insert_everywhere(&mut handoff, &unknown_fields);
            let unknown = json!({"type": "video-call", "content": {"deep": [1, null]}, "variables": "odd"});
            handoff["channels"][0]["messageComponents"].as_array_mut().unwrap().push(unknown);
            handoff["channels"].as_array_mut().unwrap().push(json!({"type": "viber", "sender": null}));
            handoff
        },
    )
}

fn insert_everywhere(value: &mut Value, fields: &[(String, Value)]) {
    match value {
        Value::Object(object) => {
            object.values_mut().for_each(|inner| insert_everywhere(inner, fields));
            object.extend(fields.iter().cloned());
        }
        Value::Array(items) => items.iter_mut().for_each(|inner| insert_everywhere(inner, fields)),
        _ => {}
    }
}

proptest! {
    #[test]
    fn unknown_fields_and_types_are_preserved(value in handoff_with_unknown_fields()) {
        let handoff = Handoff::from_json(value.clone(), At::ROOT).unwrap();
        prop_assert_eq!(serde_json::to_value(&handoff).unwrap(), value.clone());
        let text = serde_json::to_string(&handoff).unwrap();
        prop_assert_eq!(from_json_str::<Handoff>(&text).unwrap(), handoff);
    }

    #[test]
    fn the_extension_is_preserved_but_never_served(
        value in handoff_with_unknown_fields(),
        odd in any_json(),
    ) {
        let mut in_file = value.clone();
        in_file["x-outbound"] = json!({"samples": {"0": {"1": "Ann"}}, "odd": odd});
        let handoff = Handoff::from_json(in_file.clone(), At::ROOT).unwrap();
        prop_assert_eq!(serde_json::to_value(&handoff).unwrap(), value);
        let element = channel_element(&handoff, &handoff.channels[0]).unwrap();
        prop_assert!(!element.contains_key("x-outbound"));
        prop_assert_eq!(Value::from(handoff.to_file().unwrap()), in_file);
    }

    #[test]
    fn reading_arbitrary_json_does_not_panic(value in any_json()) {
        let _ = Handoff::from_json(value.clone(), At::ROOT);
        let _ = Channel::from_json(value, At::ROOT);
    }
}

//! The OpenAPI document says all that is known, in words that tools understand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;

use outbound_app::{Format, SERVICES};
use outbound_model::examples;
use outbound_testkit::specification::{
    component_fault, document, fault, message_fault, operations, request_fault,
};
use serde_json::{Value, json};

fn documented_handoffs() -> Vec<Value> {
    serde_json::from_str(examples::HANDOFFS).unwrap()
}

#[test]
fn each_operation_has_a_name_of_its_own() {
    let ids: Vec<_> = operations().map(|operation| operation["operationId"].as_str().unwrap()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{ids:?}");
    for id in &ids {
        assert!(id.starts_with(char::is_lowercase) && id.chars().all(char::is_alphanumeric), "{id}");
    }
    for id in ["listHandoffs", "listHandoffsByChannel", "createHandoff", "searchHandoffs"] {
        assert!(ids.contains(&id), "{id}");
    }
}

/// Calls `look` with each schema that has fields and the place where it stands.
fn each_object(place: &str, value: &Value, look: &mut dyn FnMut(&str, &Value)) {
    if value["properties"].is_object() && value["type"] == "object" {
        look(place, value);
    }
    match value {
        Value::Object(object) => {
            object.iter().for_each(|(key, inner)| each_object(&format!("{place}/{key}"), inner, look));
        }
        Value::Array(items) => items.iter().for_each(|inner| each_object(place, inner, look)),
        _ => {}
    }
}

#[test]
fn an_object_says_whether_it_has_other_fields() {
    // Bodies whose reader ignores what it does not know.
    let tolerant = ["LoginBody", "CsrfBody", "TokenForm", "DraftToRender", "ValuesToRender"];
    each_object("", document(), &mut |place, object| {
        let name = place.rsplit('/').next().unwrap();
        let says = object["additionalProperties"] != Value::Null || tolerant.contains(&name);
        assert!(says, "{place} is neither closed nor open");
        let fields = object["properties"].as_object().unwrap();
        for required in object["required"].as_array().into_iter().flatten() {
            assert!(fields.contains_key(required.as_str().unwrap()), "{place} needs {required}");
        }
    });
    each_object("", &document()["paths"], &mut |place, _| panic!("{place} is not a component"));
}

#[test]
fn errors_are_components_and_every_operation_has_them() {
    for operation in operations() {
        let id = &operation["operationId"];
        for (status, answer) in operation["responses"].as_object().unwrap() {
            let usual = answer.to_string().contains("/schemas/ErrorBody");
            assert!(!usual, "{id} {status} describes the usual error once more");
        }
        assert_eq!(operation["responses"]["default"]["$ref"], "#/components/responses/Error", "{id}");
    }
}

/// A variant without a mapping would have the name of its component as its type.
#[test]
fn a_union_is_told_apart_by_its_type() {
    let schemas = document()["components"]["schemas"].as_object().unwrap();
    let unions: Vec<_> = schemas.iter().filter(|(_, schema)| !schema["discriminator"].is_null()).collect();
    for name in ["KnownChannel", "ChannelElement", "KnownWaComponent", "Preview", "PreviewAction"] {
        assert!(unions.iter().any(|(union, _)| *union == name), "{name}");
    }
    for (union, schema) in unions {
        let discriminator = &schema["discriminator"];
        assert_eq!(discriminator["propertyName"], "type", "{union}");
        let mapping = discriminator["mapping"].as_object().unwrap();
        assert_eq!(mapping.len(), schema["oneOf"].as_array().unwrap().len(), "{union}");
        for (tag, reference) in mapping {
            let variant = document().pointer(reference.as_str().unwrap().trim_start_matches('#')).unwrap();
            assert_eq!(variant["properties"]["type"]["enum"], json!([tag]), "{union} {tag}");
        }
    }
    let parts = |union: &str| schemas[union]["oneOf"].clone();
    let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    assert_eq!(parts("Channel"), json!([reference("KnownChannel"), reference("UnknownChannel")]));
}

/// Swagger UI answers "unsupported scheme" to others.
#[test]
fn tools_know_how_to_send_each_credential() {
    for (name, scheme) in document()["components"]["securitySchemes"].as_object().unwrap() {
        let known = match scheme["type"].as_str().unwrap() {
            "http" => ["basic", "bearer"].contains(&scheme["scheme"].as_str().unwrap()),
            "apiKey" => scheme["in"] == "header",
            _ => false,
        };
        assert!(known, "{name}: {scheme}");
    }
}

#[test]
fn lists_of_names_are_those_of_the_code() {
    let names = |component: &str| document()["components"]["schemas"][component]["enum"].clone();
    assert_eq!(names("ServiceName"), json!(SERVICES));
    assert_eq!(names("ImportFormat"), json!(Format::ALL.map(|format| format.to_string())));
}

/// A header or a query has no way to send `null`.
#[test]
fn a_parameter_that_may_be_left_out_is_not_null() {
    let parameters = operations().filter_map(|operation| operation["parameters"].as_array()).flatten();
    let mut left_out = BTreeSet::new();
    for parameter in parameters {
        let schema = &parameter["schema"];
        assert!(schema["type"].is_string() || schema["$ref"].is_string(), "{parameter}");
        if parameter["required"] == false {
            left_out.insert(parameter["name"].as_str().unwrap());
        }
    }
    for name in ["Idempotency-Key", "If-Match", "Last-Event-ID"] {
        assert!(left_out.contains(name), "{name}");
    }
}

#[test]
fn messages_to_webhooks_are_described() {
    let headers = [
        ("webhook-id", "msg_5102ce1f-35bd-4e5e-9bd3-bacdfd28dd3a_17"),
        ("webhook-timestamp", "1767225605"),
        ("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let told = json!({"type": "handoff.published", "timestamp": "2026-01-01T00:00:05.000Z", "data":
        {"account": "12345678", "sequence": 42, "handoff": "H072047293477861", "version": 3, "by": "bert"}});
    let ping = json!({"type": "webhook.ping", "timestamp": "2026-01-01T00:00:05.000Z", "data":
        {"account": "12345678", "webhook": "5102ce1f-35bd-4e5e-9bd3-bacdfd28dd3a"}});
    for message in [&told, &ping] {
        assert_eq!(message_fault(&headers, message), None, "{message}");
        assert!(message_fault(&headers[..2], message).is_some(), "without a signature: {message}");
        for (place, value) in [("type", json!("handoff.deleted")), ("more", json!(1)), ("data", json!({}))] {
            let mut wrong = message.clone();
            wrong[place] = value;
            assert!(message_fault(&headers, &wrong).is_some(), "{wrong}");
        }
    }
}

#[test]
fn documented_examples_are_good_requests() {
    for handoff in documented_handoffs() {
        for operation in ["createHandoff", "replaceHandoff", "checkHandoff"] {
            assert_eq!(request_fault(operation, &handoff), None, "{operation} {handoff}");
        }
        let draft = json!({ "handoff": handoff, "values": { "1": "Ann" } });
        assert_eq!(request_fault("renderHandoff", &draft), None);
        assert_eq!(component_fault("Handoff", &handoff), None);
    }
    let elements: Vec<Value> = serde_json::from_str(examples::BY_CHANNEL_SMS_TWILIO).unwrap();
    for element in elements {
        assert_eq!(component_fault("SmsTwilio", &element), None, "{element}");
    }
}

/// A generated client loses what has another name, and a server's change of a name is noticed.
#[test]
fn a_field_that_is_renamed_missing_or_new_is_a_fault() {
    let (path, good) = ("/api/account/1/app/prmsg/handoffs/list?v=1", documented_handoffs());
    let faulty = |handoffs: &[Value]| {
        let body = serde_json::to_vec(handoffs).unwrap();
        fault("GET", path, 200, "application/json", &body).is_some()
    };
    assert!(!faulty(&good));
    let object = |place: &str| good.iter().position(|handoff| handoff.pointer(place).is_some()).unwrap();
    for (place, field) in [
        ("", "lookbackPeriodDay"),
        ("", "channels"),
        ("/channels/0", "messageComponents"),
        ("/channels/0", "type"),
        ("/channels/0/messageComponents/0", "type"),
    ] {
        let mut missing = good.clone();
        let number = object(&format!("{place}/{field}"));
        let changed = missing[number].pointer_mut(place).unwrap().as_object_mut().unwrap();
        let value = changed.shift_remove(field).unwrap();
        assert!(faulty(&missing), "{place} without {field}");
        let mut new = good.clone();
        let changed = new[number].pointer_mut(place).unwrap().as_object_mut().unwrap();
        changed.insert(format!("{field}_x"), value);
        assert!(faulty(&new), "{place} with {field}_x");
    }
}

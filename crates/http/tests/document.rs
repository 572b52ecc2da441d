//! The OpenAPI document is complete, and generators and other tools can use it.
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
fn operation_ids_are_unique() {
    let ids: Vec<_> = operations().map(|operation| operation["operationId"].as_str().unwrap()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{ids:?}");
    for id in &ids {
        assert!(id.starts_with(char::is_lowercase) && id.chars().all(char::is_alphanumeric), "{id}");
    }
    for id in ["listHandoffs", "listHandoffsByChannel", "createHandoff", "searchHandoffs"] {
        assert!(ids.contains(&id), "{id}");
    }
}

/// Calls `check` with the location and the value of each schema that has fields.
fn each_object(location: &str, value: &Value, check: &mut dyn FnMut(&str, &Value)) {
    if value["properties"].is_object() && value["type"] == "object" {
        check(location, value);
    }
    match value {
        Value::Object(object) => {
            object.iter().for_each(|(key, inner)| each_object(&format!("{location}/{key}"), inner, check));
        }
        Value::Array(items) => items.iter().for_each(|inner| each_object(location, inner, check)),
        _ => {}
    }
}

#[test]
fn objects_declare_whether_they_allow_additional_fields() {
    // Requests in which the server ignores unknown fields.
    let tolerant = [
        "LoginBody",
        "CsrfBody",
        "TokenForm",
        "DraftToRender",
        "ValuesToRender",
        "CampaignRequestBody",
        "CampaignConsumer",
        "SchedulingMetrics",
        "CampaignWindow",
        "WindowTime",
    ];
    each_object("", document(), &mut |location, object| {
        let name = location.rsplit('/').next().unwrap();
        let is_declared = object["additionalProperties"] != Value::Null || tolerant.contains(&name);
        assert!(is_declared, "{location} does not declare additionalProperties");
        let fields = object["properties"].as_object().unwrap();
        for required in object["required"].as_array().into_iter().flatten() {
            assert!(
                fields.contains_key(required.as_str().unwrap()),
                "{location} requires {required}, which it does not have"
            );
        }
    });
    each_object("", &document()["paths"], &mut |location, _| panic!("{location} is not a component"));
}

#[test]
fn every_operation_refers_to_the_error_component() {
    for operation in operations() {
        let id = &operation["operationId"];
        for (status, response) in operation["responses"].as_object().unwrap() {
            let is_inline = response.to_string().contains("/schemas/ErrorBody");
            assert!(!is_inline, "{id} {status} repeats the error component");
        }
        assert_eq!(operation["responses"]["default"]["$ref"], "#/components/responses/Error", "{id}");
    }
}

/// Without a mapping, tools take the name of a variant's component for the value of `type`.
#[test]
fn unions_have_the_discriminator_type() {
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
    let variants = |union: &str| schemas[union]["oneOf"].clone();
    let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    assert_eq!(variants("Channel"), json!([reference("KnownChannel"), reference("UnknownChannel")]));
}

/// Swagger UI reports "unsupported scheme" for other security schemes.
#[test]
fn tools_support_each_security_scheme() {
    for (name, scheme) in document()["components"]["securitySchemes"].as_object().unwrap() {
        let is_supported = match scheme["type"].as_str().unwrap() {
            "http" => ["basic", "bearer"].contains(&scheme["scheme"].as_str().unwrap()),
            "apiKey" => scheme["in"] == "header",
            _ => false,
        };
        assert!(is_supported, "{name}: {scheme}");
    }
}

#[test]
fn enumerations_match_the_code() {
    let names = |component: &str| document()["components"]["schemas"][component]["enum"].clone();
    assert_eq!(names("ServiceName"), json!(SERVICES));
    assert_eq!(names("ImportFormat"), json!(Format::ALL.map(|format| format.to_string())));
}

/// A header or query parameter cannot be `null`.
#[test]
fn optional_parameters_are_not_nullable() {
    let parameters = operations().filter_map(|operation| operation["parameters"].as_array()).flatten();
    let mut optional = BTreeSet::new();
    for parameter in parameters {
        let schema = &parameter["schema"];
        assert!(schema["type"].is_string() || schema["$ref"].is_string(), "{parameter}");
        if parameter["required"] == false {
            optional.insert(parameter["name"].as_str().unwrap());
        }
    }
    for name in ["Idempotency-Key", "If-Match", "Last-Event-ID"] {
        assert!(optional.contains(name), "{name}");
    }
}

#[test]
fn webhook_messages_match_their_schema() {
    let headers = [
        ("webhook-id", "msg_5102ce1f-35bd-4e5e-9bd3-bacdfd28dd3a_17"),
        ("webhook-timestamp", "1767225605"),
        ("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let published = json!({"type": "handoff.published", "timestamp": "2026-01-01T00:00:05.000Z", "data":
        {"account": "12345678", "sequence": 42, "handoff": "H072047293477861", "version": 3, "by": "bert"}});
    let ping = json!({"type": "webhook.ping", "timestamp": "2026-01-01T00:00:05.000Z", "data":
        {"account": "12345678", "webhook": "5102ce1f-35bd-4e5e-9bd3-bacdfd28dd3a"}});
    for message in [&published, &ping] {
        assert_eq!(message_fault(&headers, message), None, "{message}");
        assert!(message_fault(&headers[..2], message).is_some(), "without a signature: {message}");
        for (location, value) in [("type", json!("handoff.deleted")), ("more", json!(1)), ("data", json!({}))]
        {
            let mut wrong = message.clone();
            wrong[location] = value;
            assert!(message_fault(&headers, &wrong).is_some(), "{wrong}");
        }
    }
}

#[test]
fn documented_examples_are_valid_requests() {
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

/// A generated client would lose a renamed field, so the document must not accept one.
#[test]
fn a_missing_renamed_or_unknown_field_is_a_fault() {
    let (path, valid) = ("/api/account/1/app/prmsg/handoffs/list?v=1", documented_handoffs());
    let has_fault = |handoffs: &[Value]| {
        let body = serde_json::to_vec(handoffs).unwrap();
        fault("GET", path, 200, "application/json", &body).is_some()
    };
    assert!(!has_fault(&valid));
    let index_of =
        |location: &str| valid.iter().position(|handoff| handoff.pointer(location).is_some()).unwrap();
    for (location, field) in [
        ("", "lookbackPeriodDay"),
        ("", "channels"),
        ("/channels/0", "messageComponents"),
        ("/channels/0", "type"),
        ("/channels/0/messageComponents/0", "type"),
    ] {
        let mut missing = valid.clone();
        let index = index_of(&format!("{location}/{field}"));
        let changed = missing[index].pointer_mut(location).unwrap().as_object_mut().unwrap();
        let value = changed.shift_remove(field).unwrap();
        assert!(has_fault(&missing), "{location} without {field}");
        let mut renamed = valid.clone();
        let changed = renamed[index].pointer_mut(location).unwrap().as_object_mut().unwrap();
        changed.insert(format!("{field}_x"), value);
        assert!(has_fault(&renamed), "{location} with {field}_x");
    }
}

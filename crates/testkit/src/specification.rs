//! Validates responses and request bodies against the committed OpenAPI document (`openapi.json`).
//!
//! The check is stricter than the document in one point: where the document allows additional fields (handoffs
//! keep unknown fields), only those in `FOREIGN` are accepted, which the tests send on purpose. Renamed, missing
//! or new fields therefore fail a test.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use jsonschema::Validator;
use serde_json::{Map, Value, json};

/// Unknown fields that tests add to handoffs, and the keys under which formats store provider fields.
const FOREIGN: &[&str] =
    &["colour", "huge", "padding", "marker-in-one", "marker-in-two", "meta", "twilio", "rbm"];
/// Prefix of components for objects of unknown types, which may have any fields.
const UNKNOWN: &str = "Unknown";

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let text = include_str!("../../../openapi.json");
    serde_json::from_str(text).unwrap_or_else(|error| unreachable!("openapi.json is not JSON: {error}"))
});

/// The components of the document, with additional fields forbidden.
static CLOSED: LazyLock<Value> = LazyLock::new(|| {
    let mut components = DOCUMENT["components"].clone();
    for (name, schema) in components["schemas"].as_object_mut().into_iter().flatten() {
        if !name.starts_with(UNKNOWN) {
            close(schema);
        }
    }
    components
});

fn close(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if object.get("additionalProperties") == Some(&Value::Bool(true)) {
                object.insert("additionalProperties".to_owned(), false.into());
                let foreign = FOREIGN.iter().map(|name| ((*name).to_owned(), json!({})));
                if let Some(Value::Object(properties)) = object.get_mut("properties") {
                    properties.extend(foreign);
                }
            }
            object.values_mut().for_each(close);
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

/// The OpenAPI document.
pub fn document() -> &'static Value {
    &DOCUMENT
}

/// Describes how a response to `method` at `target` violates the document; `None` if it is valid.
///
/// Only JSON responses are checked. Responses for paths or methods that the document does not have must be the
/// standard error.
pub fn fault(method: &str, target: &str, status: u16, content_type: &str, body: &[u8]) -> Option<String> {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    let path = target.split('?').next().unwrap_or_default();
    if essence != "application/json" || body.is_empty() || path == "/openapi.json" {
        return None;
    }
    let schema = match operation(method, path) {
        Some(operation) => response_schema(operation, status),
        None if status < 400 => return None,
        None => response_schema(&json!({ "responses": {} }), status),
    };
    let Some(schema) = schema else { return Some(format!("no body of JSON is documented for {status}")) };
    match serde_json::from_slice(body) {
        Ok(body) => mismatch(&schema, &body),
        Err(error) => Some(format!("not JSON: {error}")),
    }
}

/// Describes how a request body of the operation `operation_id` violates the document; `None` if it is valid.
pub fn request_fault(operation_id: &str, body: &Value) -> Option<String> {
    let operation = operations().find(|operation| operation["operationId"] == operation_id);
    let schema =
        operation.map(|operation| &operation["requestBody"]["content"]["application/json"]["schema"]);
    schema.map_or(Some(format!("there is no operation {operation_id}")), |schema| mismatch(schema, body))
}

/// Describes how `value` violates the schema of the component `name`; `None` if it is valid.
pub fn component_fault(name: &str, value: &Value) -> Option<String> {
    mismatch(&json!({ "$ref": format!("#/components/schemas/{name}") }), value)
}

/// Describes how a message to a webhook violates the document: its headers (names in lower case) and its body.
/// `None` if it is valid.
pub fn message_fault(headers: &[(String, String)], body: &Value) -> Option<String> {
    let messages = DOCUMENT["webhooks"].as_object().into_iter().flat_map(Map::values);
    let faults = messages.map(|message| {
        let message = &message["post"];
        let parameters = message["parameters"].as_array().into_iter().flatten();
        let in_headers = parameters.filter_map(|parameter| header_fault(parameter, headers));
        let in_body = mismatch(&message["requestBody"]["content"]["application/json"]["schema"], body);
        in_headers.chain(in_body).collect::<Vec<_>>().join("; ")
    });
    let faults: Vec<_> = faults.collect();
    let none = faults.is_empty() || !faults.iter().any(String::is_empty);
    none.then(|| format!("no webhook of the document: {faults:?}"))
}

fn header_fault(parameter: &Value, headers: &[(String, String)]) -> Option<String> {
    let name = parameter["name"].as_str().unwrap_or_default();
    let Some((_, text)) = headers.iter().find(|(found, _)| found == name) else {
        return Some(format!("{name} is missing"));
    };
    let is_number = parameter["schema"]["type"] == "integer";
    let number = is_number.then(|| text.parse::<i64>().ok()).flatten();
    let value = number.map_or_else(|| Value::from(text.as_str()), Value::from);
    mismatch(&parameter["schema"], &value).map(|fault| format!("{name}: {fault}"))
}

/// Describes how an event of the change stream violates the document: its `id` and its `data`. `None` if it is
/// valid.
pub fn event_fault(id: &str, data: &str) -> Option<String> {
    let operation = operation("GET", "/manage/v1/accounts/1/changes").unwrap_or(&Value::Null);
    let event = &operation["responses"]["200"]["content"]["text/event-stream"]["x-item-schema"];
    if !event.is_object() {
        return Some("no event of the stream is documented".to_owned());
    }
    let envelope = mismatch(event, &json!({ "id": id, "data": data }));
    let content = match serde_json::from_str(data) {
        Ok(change) => mismatch(&event["properties"]["data"]["contentSchema"], &change),
        Err(error) => Some(format!("data is not JSON: {error}")),
    };
    envelope.or(content)
}

/// Every operation of the document.
pub fn operations() -> impl Iterator<Item = &'static Value> {
    let paths = DOCUMENT["paths"].as_object().into_iter().flat_map(Map::values);
    paths.filter_map(Value::as_object).flat_map(Map::values)
}

/// The operation for a request. If several paths match, the one with the fewest parameters is used.
fn operation(method: &str, path: &str) -> Option<&'static Value> {
    let path = path.strip_suffix('/').filter(|rest| !rest.is_empty()).unwrap_or(path);
    let method = if method == "HEAD" { "get".to_owned() } else { method.to_ascii_lowercase() };
    let paths = DOCUMENT["paths"].as_object().into_iter().flatten();
    let matching = paths.filter(|(template, _)| matches(template, path));
    let best = matching.min_by_key(|(template, _)| template.matches('{').count());
    best.and_then(|(_, item)| item.get(&method))
}

fn matches(template: &str, path: &str) -> bool {
    let (mut expected, mut actual) = (template.split('/'), path.split('/'));
    loop {
        match (expected.next(), actual.next()) {
            (None, None) => return true,
            (Some(expected), Some(actual)) if expected == actual => {}
            (Some(expected), Some(actual)) if expected.starts_with('{') && !actual.is_empty() => {}
            _ => return false,
        }
    }
}

fn response_schema(operation: &Value, status: u16) -> Option<Value> {
    let standard_error = json!({ "$ref": "#/components/responses/Error" });
    let responses = &operation["responses"];
    let declared = responses.get(status.to_string()).or_else(|| responses.get("default"));
    let response = declared.unwrap_or(&standard_error);
    let reference = response["$ref"].as_str().and_then(|location| location.strip_prefix('#'));
    let response = reference.and_then(|pointer| DOCUMENT.pointer(pointer)).unwrap_or(response);
    response["content"]["application/json"].get("schema").cloned()
}

fn mismatch(schema: &Value, value: &Value) -> Option<String> {
    static VALIDATORS: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);
    let mut validators = VALIDATORS.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let validator = match validators.entry(schema.to_string()) {
        std::collections::hash_map::Entry::Occupied(cached) => cached.get().clone(),
        std::collections::hash_map::Entry::Vacant(entry) => match validator(schema) {
            Ok(validator) => entry.insert(Arc::new(validator)).clone(),
            Err(error) => return Some(error),
        },
    };
    drop(validators);
    let errors: Vec<_> =
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    (!errors.is_empty()).then(|| errors.join("; "))
}

fn validator(schema: &Value) -> Result<Validator, String> {
    let mut root = schema.clone();
    root["components"] = CLOSED.clone();
    let options = jsonschema::options().with_draft(jsonschema::Draft::Draft202012);
    options.should_validate_formats(true).build(&root).map_err(|error| error.to_string())
}

//! Makes the generated schemas stricter: objects in responses allow no additional properties unless declared, optional
//! fields are absent instead of `null`, the variants of a union have names, and flattened fields are part of their
//! object.
//!
//! This is done for the whole document in one place, so that it applies to every type.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

const PREFIX: &str = "#/components/schemas/";

/// The responses that contain null, as LivePerson's APIs of reports and campaigns do (contract §10).
const WITH_NULL: [&str; 5] =
    ["ConsumerReport", "Conversation", "TokenPage", "TransactionV1", "TransactionV2"];

/// Applies all of these changes to the document.
pub(super) fn complete(document: &mut Value) {
    parameters_without_null(document);
    let mut schemas = take_schemas(document);
    merge_flattened(&mut schemas);
    name_variants(&mut schemas);
    let in_requests = reachable(document, &schemas, &["parameters", "requestBody"]);
    let mut in_responses = reachable(document, &schemas, &["responses"]);
    collect(&document["webhooks"], &schemas, &mut in_responses);
    schemas.retain(|name, _| in_requests.contains(name) || in_responses.contains(name));
    for (name, schema) in &mut schemas {
        // Types of requests that reject unknown fields declare this themselves.
        if !in_requests.contains(name) {
            let has_null = WITH_NULL.contains(&name.as_str());
            each_schema(schema, &mut |schema| {
                if !has_null {
                    without_null(schema);
                }
                close(schema);
            });
        }
    }
    schemas.sort_keys();
    document["components"]["schemas"] = Value::Object(schemas);
}

fn take_schemas(document: &mut Value) -> Map<String, Value> {
    match document["components"]["schemas"].take() {
        Value::Object(schemas) => schemas,
        _ => Map::new(),
    }
}

/// Calls `change` for each schema inside `schema`, and then for `schema` itself.
fn each_schema(schema: &mut Value, change: &mut dyn FnMut(&mut Map<String, Value>)) {
    let Value::Object(object) = schema else { return };
    for (key, value) in object.iter_mut() {
        match (key.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                properties.values_mut().for_each(|property| each_schema(property, change));
            }
            ("oneOf" | "anyOf" | "allOf", Value::Array(parts)) => {
                for part in parts {
                    each_schema(part, change);
                }
            }
            ("items" | "additionalProperties", inner) => each_schema(inner, change),
            _ => {}
        }
    }
    change(object);
}

/// Merges the parts of `allOf`, which utoipa generates for flattened fields, into one object. Objects without
/// additional properties cannot be combined with `allOf`.
fn merge_flattened(schemas: &mut Map<String, Value>) {
    let all = schemas.clone();
    for schema in schemas.values_mut() {
        each_schema(schema, &mut |schema| {
            if let Some(Value::Array(parts)) = schema.shift_remove("allOf") {
                schema.insert("type".to_owned(), "object".into());
                for part in &parts {
                    merge(part, &all, schema);
                }
            }
        });
    }
}

fn merge(part: &Value, all: &Map<String, Value>, into: &mut Map<String, Value>) {
    let part = component(part).and_then(|name| all.get(name)).unwrap_or(part);
    for inner in part["allOf"].as_array().into_iter().flatten() {
        merge(inner, all, into);
    }
    if let Value::Object(properties) = &part["properties"]
        && let Value::Object(own) = into.entry("properties").or_insert_with(|| json!({}))
    {
        own.extend(properties.clone());
    }
    if let Value::Array(required) = &part["required"]
        && let Value::Array(own) = into.entry("required").or_insert_with(|| json!([]))
    {
        own.extend(required.iter().cloned());
    }
}

/// Returns the name of the component that a schema refers to.
fn component(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.strip_prefix(PREFIX)
}

/// Makes the variants of unions components, with the tag field as discriminator.
fn name_variants(schemas: &mut Map<String, Value>) {
    let mut named = Map::new();
    for (name, schema) in schemas.iter_mut() {
        let Some(Value::Array(variants)) = schema.get_mut("oneOf") else { continue };
        let tags: Vec<_> = variants.iter().map(tag).collect();
        let mut mapping = Map::new();
        for (variant, tag) in variants.iter_mut().zip(&tags) {
            let Some(own) = tag.as_ref().map(|(_, value)| value.clone()).or_else(|| only_field(variant))
            else {
                continue;
            };
            let reference = json!({ "$ref": format!("{PREFIX}{name}{}", pascal(&own)) });
            named.insert(format!("{name}{}", pascal(&own)), std::mem::replace(variant, reference.clone()));
            mapping.insert(own, reference["$ref"].clone());
        }
        let first = tags.first().cloned().flatten();
        if let Some((property, _)) = first.filter(|_| tags.iter().all(Option::is_some)) {
            schema["discriminator"] = json!({ "propertyName": property, "mapping": mapping });
        }
    }
    schemas.extend(named);
}

/// Returns the field that has a single possible value, and this value.
fn tag(variant: &Value) -> Option<(String, String)> {
    variant["properties"].as_object()?.iter().find_map(|(name, field)| {
        match field["enum"].as_array()?.as_slice() {
            [Value::String(value)] => Some((name.clone(), value.clone())),
            _ => None,
        }
    })
}

/// Returns the name of an object's field if it has exactly one.
fn only_field(variant: &Value) -> Option<String> {
    let mut names = variant["properties"].as_object()?.keys();
    names.next().filter(|_| names.next().is_none()).cloned()
}

/// Converts `sms-twilio` to `SmsTwilio`.
fn pascal(name: &str) -> String {
    let words = name.split(['-', '_', '.']);
    words
        .map(|word| {
            let mut letters = word.chars();
            let first = letters.next().map(|letter| letter.to_ascii_uppercase());
            first.into_iter().chain(letters).collect::<String>()
        })
        .collect()
}

/// Returns the components that these parts of the operations refer to, directly or indirectly.
fn reachable(document: &Value, schemas: &Map<String, Value>, parts: &[&str]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for operation in super::operations(document) {
        for part in parts {
            collect(&operation[*part], schemas, &mut found);
        }
    }
    for part in parts {
        collect(&document["components"][*part], schemas, &mut found);
    }
    found
}

fn collect(value: &Value, schemas: &Map<String, Value>, found: &mut BTreeSet<String>) {
    if let Some(name) = component(value)
        && found.insert(name.to_owned())
        && let Some(schema) = schemas.get(name)
    {
        collect(schema, schemas, found);
    }
    match value {
        Value::Object(object) => object.values().for_each(|value| collect(value, schemas, found)),
        Value::Array(items) => items.iter().for_each(|item| collect(item, schemas, found)),
        _ => {}
    }
}

/// Removes `null` from the types of parameters, because optional parameters are omitted instead.
fn parameters_without_null(document: &mut Value) {
    for operation in super::operations_mut(document) {
        let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            type_without_null(&mut parameter["schema"]);
        }
    }
}

fn type_without_null(schema: &mut Value) {
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|name| name != "null");
        if let [one] = types.as_slice() {
            schema["type"] = one.clone();
        }
    }
}

/// Removes `null` from the types of optional fields, because responses omit them instead.
fn without_null(schema: &mut Map<String, Value>) {
    let required = schema.get("required").cloned().unwrap_or_default();
    let always = |name: &String| required.as_array().is_some_and(|all| all.iter().any(|one| one == name));
    let Some(Value::Object(properties)) = schema.get_mut("properties") else { return };
    for (_, property) in properties.iter_mut().filter(|(name, _)| !always(name)) {
        type_without_null(property);
        let parts = property["oneOf"].as_array();
        if let Some([one, null]) = parts.map(Vec::as_slice)
            && null["type"] == "null"
        {
            *property = one.clone();
        }
    }
}

fn close(schema: &mut Map<String, Value>) {
    if schema.contains_key("properties") && !schema.contains_key("additionalProperties") {
        schema.insert("additionalProperties".to_owned(), false.into());
    }
}

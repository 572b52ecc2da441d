//! Completes the responses of all operations: references to shared error responses instead of copies, and the headers
//! of every response.

use serde_json::{Map, Value, json};

const ERROR: &str = "#/components/schemas/ErrorBody";

/// Name, status and description of error responses that several operations share.
const SHARED: [(&str, &str, &str); 13] = [
    ("BadRequest", "400", "A parameter, a header or the body is invalid"),
    ("Unauthorized", "401", "The credential is missing or invalid"),
    ("Forbidden", "403", "The credential belongs to another account, or lacks the permission"),
    ("NotFound", "404", "The resource in the path does not exist"),
    ("NotAcceptable", "406", "`Accept` excludes JSON"),
    ("Conflict", "409", "The state of the account or the resource does not allow this"),
    ("PreconditionFailed", "412", "The resource has changed since the caller read it (`If-Match`)"),
    ("ContentTooLarge", "413", "The body is too long"),
    ("UnsupportedMediaType", "415", "The body is not `application/json`"),
    ("UnprocessableContent", "422", "The request is valid, but cannot be applied"),
    ("PreconditionRequired", "428", "`If-Match` is missing"),
    ("TooManyRequests", "429", "A request budget is used up; wait for the time in `Retry-After`"),
    ("ServiceUnavailable", "503", "The database is unavailable, or the request took too long"),
];

/// Replaces shared error responses by references, and adds the default response and the common headers.
pub(super) fn complete(document: &mut Value) {
    let mut responses: Map<String, Value> = SHARED
        .iter()
        .map(|(name, status, description)| ((*name).to_owned(), error(status, description)))
        .collect();
    responses.insert("Error".to_owned(), error("", "Any other error"));
    document["components"]["responses"] = Value::Object(responses);
    document["components"]["headers"] = headers();
    for operation in super::operations_mut(document) {
        let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { continue };
        for (status, response) in responses.iter_mut() {
            match SHARED.iter().find(|(_, of, _)| of == status) {
                Some((name, ..)) if is_error(response) => {
                    let description = response["description"].take();
                    *response = json!({
                        "$ref": format!("#/components/responses/{name}"), "description": description,
                    });
                }
                _ => response["headers"]["X-Request-Id"] = header("X-Request-Id"),
            }
        }
        responses.insert("default".to_owned(), json!({ "$ref": "#/components/responses/Error" }));
    }
}

/// Returns whether the response's body is the usual error.
fn is_error(response: &Value) -> bool {
    response["content"]["application/json"]["schema"]["$ref"] == ERROR
}

fn error(status: &str, description: &str) -> Value {
    let mut response = json!({
        "description": description,
        "headers": { "X-Request-Id": header("X-Request-Id") },
        "content": { "application/json": { "schema": { "$ref": ERROR } } },
    });
    match status {
        "401" => response["headers"]["WWW-Authenticate"] = header("WWW-Authenticate"),
        "429" | "503" => response["headers"]["Retry-After"] = header("Retry-After"),
        _ => {}
    }
    response
}

fn header(name: &str) -> Value {
    json!({ "$ref": format!("#/components/headers/{name}") })
}

fn headers() -> Value {
    json!({
        "X-Request-Id": {
            "description": "The id of the request, which is also in the server log",
            "required": true,
            "schema": { "type": "string" },
        },
        "Retry-After": {
            "description": "Seconds to wait before the next request",
            "required": true,
            "schema": { "type": "integer", "minimum": 0 },
        },
        "WWW-Authenticate": {
            "description": "The credentials that are accepted",
            "schema": { "type": "string" },
        },
    })
}

//! What every operation answers: the error bodies by name, instead of each in its place, and the
//! headers that every answer has.

use serde_json::{Map, Value, json};

const ERROR: &str = "#/components/schemas/ErrorBody";

/// Name, status and description of the errors that several operations answer.
const SHARED: [(&str, &str, &str); 13] = [
    ("BadRequest", "400", "A parameter, a header or the body is wrong"),
    ("Unauthorized", "401", "No credential, or a bad one"),
    ("Forbidden", "403", "The credential is of another account, or lacks the right"),
    ("NotFound", "404", "What the path names is not there"),
    ("NotAcceptable", "406", "`Accept` excludes JSON"),
    ("Conflict", "409", "The state of the account or the handoff does not allow it"),
    ("PreconditionFailed", "412", "It has changed since the caller read it (`If-Match`)"),
    ("ContentTooLarge", "413", "The body is too long"),
    ("UnsupportedMediaType", "415", "The body is not `application/json`"),
    ("UnprocessableContent", "422", "What was sent cannot be done"),
    ("PreconditionRequired", "428", "`If-Match` is missing"),
    ("TooManyRequests", "429", "A budget of requests is spent; `Retry-After` says when to go on"),
    ("ServiceUnavailable", "503", "The database is away, or the answer took too long"),
];

/// Names the shared errors and adds what every operation may answer.
pub(super) fn complete(document: &mut Value) {
    let mut responses: Map<String, Value> =
        SHARED.iter().map(|(name, status, about)| ((*name).to_owned(), error(status, about))).collect();
    responses.insert("Error".to_owned(), error("", "Any other error"));
    document["components"]["responses"] = Value::Object(responses);
    document["components"]["headers"] = headers();
    for operation in super::operations_mut(document) {
        let Some(answers) = operation.get_mut("responses").and_then(Value::as_object_mut) else { continue };
        for (status, answer) in answers.iter_mut() {
            match SHARED.iter().find(|(_, of, _)| of == status) {
                Some((name, ..)) if is_error(answer) => {
                    let description = answer["description"].take();
                    *answer = json!({
                        "$ref": format!("#/components/responses/{name}"), "description": description,
                    });
                }
                _ => answer["headers"]["X-Request-Id"] = header("X-Request-Id"),
            }
        }
        answers.insert("default".to_owned(), json!({ "$ref": "#/components/responses/Error" }));
    }
}

/// Whether the answer is the usual error and no more.
fn is_error(answer: &Value) -> bool {
    answer["content"]["application/json"]["schema"]["$ref"] == ERROR
}

fn error(status: &str, about: &str) -> Value {
    let mut answer = json!({
        "description": about,
        "headers": { "X-Request-Id": header("X-Request-Id") },
        "content": { "application/json": { "schema": { "$ref": ERROR } } },
    });
    match status {
        "401" => answer["headers"]["WWW-Authenticate"] = header("WWW-Authenticate"),
        "429" | "503" => answer["headers"]["Retry-After"] = header("Retry-After"),
        _ => {}
    }
    answer
}

fn header(name: &str) -> Value {
    json!({ "$ref": format!("#/components/headers/{name}") })
}

fn headers() -> Value {
    json!({
        "X-Request-Id": {
            "description": "The id of the request, which the log has too",
            "required": true,
            "schema": { "type": "string" },
        },
        "Retry-After": {
            "description": "Seconds until it is worth asking again",
            "required": true,
            "schema": { "type": "integer", "minimum": 0 },
        },
        "WWW-Authenticate": {
            "description": "Which credentials are accepted here",
            "schema": { "type": "string" },
        },
    })
}

//! `POST /sandbox/replies`: a reply or a press of a button from a phone.

use std::sync::Arc;

use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::response::Response;
use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde::Deserialize;
use serde_json::json;

use super::{error, token_error};
use crate::api_name::ApiName;
use crate::body::body_error;
use crate::error::SandboxError;
use crate::response::json as respond;
use crate::simulator::{Reply, Simulator};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    api: ApiName,
    phone: String,
    #[serde(default)]
    sender: Option<String>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    button: Option<Button>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Button {
    label: String,
    payload: String,
}

/// Sends a reply. The callback follows after the response.
pub(crate) async fn create_reply(
    State(simulator): State<Arc<Simulator>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    if let Some(response) = token_error(&simulator, &headers) {
        return response;
    }
    // Pages of other sites cannot send this type without asking first.
    let is_json =
        headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if !is_json {
        return error(415, "expected Content-Type: application/json");
    }
    let body = match body {
        Ok(body) => body,
        Err(problem) => {
            let (status, message) = body_error(&problem);
            return error(status, &message);
        }
    };
    let body: Body = match serde_json::from_slice(&body) {
        Ok(body) => body,
        Err(problem) => return error(400, &problem.to_string()),
    };
    match read_reply(body).and_then(|reply| simulator.reply(reply)) {
        Ok(()) => respond(202, &json!({})),
        Err(SandboxError::Busy) => error(503, &SandboxError::Busy.to_string()),
        Err(problem @ (SandboxError::NoConversation | SandboxError::NoCallbackAddress)) => {
            error(409, &problem.to_string())
        }
        Err(problem) => error(400, &problem.to_string()),
    }
}

fn read_reply(body: Body) -> Result<Reply, SandboxError> {
    let Body { api, phone, sender, text, button } = body;
    let reply = match (text, button) {
        (Some(text), None) => Reply::text(api, &phone, &text)?,
        (None, Some(Button { label, payload })) => Reply::button(api, &phone, &label, &payload)?,
        _ => return Err(SandboxError::Reply { field: "body", expected: "either text or button" }),
    };
    Ok(match sender {
        Some(sender) => reply.to_sender(sender),
        None => reply,
    })
}

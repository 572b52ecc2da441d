//! `POST /v1/phones/{phone}/agentMessages?messageId=…&agentId=…`

use std::sync::Arc;

use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use bytes::Bytes;
use http::HeaderMap;
use outbound_model::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::api_name::{ApiName, ChannelName};
use crate::body::body_error;
use crate::content::RbmMessage;
use crate::credentials::has_bearer;
use crate::phone::phone;
use crate::response::{close_connection, json as respond, with_retry_after};
use crate::simulator::{Refusal, Simulator, Submission, Submitted};

/// How often a callback is repeated if it fails. Google repeats them for 7 days.
const RETRIES: u32 = 6;

/// Sends a message. A `messageId` that was accepted before is ignored.
pub(crate) async fn create(
    State(simulator): State<Arc<Simulator>>,
    Path(recipient): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    if !has_bearer(&headers, simulator.config.token.as_ref()) {
        return error(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.");
    }
    let body = match body {
        Ok(body) => body,
        Err(problem) => {
            let (status, message) = body_error(&problem);
            return error(status, "INVALID_ARGUMENT", &message);
        }
    };
    let submission = match submission(&simulator, &headers, &recipient, &query.unwrap_or_default(), &body) {
        Ok(submission) => submission,
        Err(problem) => return error(400, "INVALID_ARGUMENT", problem),
    };
    let content = submission.content.clone();
    match simulator.submit(submission, |refusal| refusal_of(refusal).0.into()).await {
        Ok(Submitted::Accepted { entry, is_dropped: false }) => {
            let id = entry.provider_id.as_deref().unwrap_or_default();
            let name = format!("phones/{recipient}/agentMessages/{id}");
            let content_message = RawValue::from_string(content).ok();
            respond(200, &AgentMessage { name, send_time: entry.at, content_message })
        }
        Ok(Submitted::Accepted { .. } | Submitted::Lost) => close_connection(),
        Ok(Submitted::Refused(refusal)) => {
            let (code, status) = refusal_of(refusal);
            error(code, status, "The message was refused.")
        }
        Ok(Submitted::Throttled { retry_after }) => {
            with_retry_after(error(429, "RESOURCE_EXHAUSTED", "Quota exceeded."), retry_after)
        }
        Err(problem) => error(503, "UNAVAILABLE", &problem.to_string()),
    }
}

fn submission(
    simulator: &Simulator,
    headers: &HeaderMap,
    recipient: &str,
    query: &str,
    body: &[u8],
) -> Result<Submission, &'static str> {
    let get = |name: &str| {
        form_urlencoded::parse(query.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    };
    let phone = phone(recipient).ok_or("The phone number must be in E.164.")?;
    let id = get("messageId").filter(|id| Uuid::try_parse(id).is_ok()).ok_or("messageId must be a UUID.")?;
    let agent = get("agentId").filter(|agent| !agent.is_empty()).ok_or("agentId is required.")?;
    let content = String::from_utf8_lossy(body);
    let Body { content_message } =
        serde_json::from_str(&content).map_err(|_| "The request body is not valid.")?;
    let message: RbmMessage =
        serde_json::from_str(content_message.get()).map_err(|_| "contentMessage is not valid.")?;
    if message.contents() != 1 {
        return Err("contentMessage must have one content.");
    }
    let callback_url = simulator.callback_url(ApiName::Rbm, headers, &agent);
    Ok(Submission {
        api: ApiName::Rbm,
        channel: ChannelName::Rcs,
        status_url: callback_url.clone(),
        reply_url: callback_url,
        sender: agent,
        phone,
        message_id: Some(id.clone()),
        provider_id: id,
        quick_reply: message.quick_reply(),
        content: content_message.get().to_owned(),
        retries: RETRIES,
        is_idempotent: true,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body<'b> {
    #[serde(borrow)]
    content_message: &'b RawValue,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AgentMessage {
    name: String,
    send_time: Timestamp,
    content_message: Option<Box<RawValue>>,
}

/// Code and status of a refusal.
fn refusal_of(refusal: Refusal) -> (u16, &'static str) {
    match refusal {
        Refusal::NotAuthenticated => (401, "UNAUTHENTICATED"),
        Refusal::ServerError => (503, "UNAVAILABLE"),
        // The other refusals are faults of the other APIs.
        _ => (404, "NOT_FOUND"),
    }
}

fn error(code: u16, status: &str, message: &str) -> Response {
    respond(code, &json!({ "error": { "code": code, "message": message, "status": status } }))
}

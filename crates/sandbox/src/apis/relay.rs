//! `POST /relay`: the relay of Outbound, for channels that no other API sends, such as in-app and Apple messages.

use std::sync::Arc;

use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::response::Response;
use bytes::Bytes;
use http::HeaderMap;
use outbound_auth::WebhookSecret;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use crate::api_name::{ApiName, ChannelName};
use crate::body::body_error;
use crate::content::first_item;
use crate::phone::address;
use crate::plan::PhoneReply;
use crate::response::{close_connection, json as respond, with_retry_after};
use crate::simulator::{Refusal, Simulator, Submission, Submitted};

/// How often a callback is repeated if it fails.
const RETRIES: u32 = 6;
/// The sender of messages whose channel has none.
const NO_SENDER: &str = "relay";

/// Sends a message. An id that was accepted before is ignored, as receivers of a relay have to.
pub(crate) async fn create(
    State(simulator): State<Arc<Simulator>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let body = match body {
        Ok(body) => body,
        Err(problem) => {
            let (status, message) = body_error(&problem);
            return error(status, &message);
        }
    };
    let body = String::from_utf8_lossy(&body);
    if !is_signed(&simulator, &headers, &body) {
        return error(401, "the signature is missing or wrong");
    }
    let submission = match submission(&simulator, &headers, &body) {
        Ok(submission) => submission,
        Err(problem) => return error(400, problem),
    };
    match simulator.submit(submission, |refusal| status_of(refusal).into()).await {
        Ok(Submitted::Accepted { is_dropped: false, .. }) => respond(202, &json!({})),
        Ok(Submitted::Accepted { .. } | Submitted::Lost) => close_connection(),
        Ok(Submitted::Refused(refusal)) => error(status_of(refusal), "the message was refused"),
        Ok(Submitted::Throttled { retry_after }) => {
            with_retry_after(error(429, "too many messages"), retry_after)
        }
        Err(problem) => error(503, &problem.to_string()),
    }
}

/// Whether the request is signed with the secret that is derived from the token (Standard Webhooks).
fn is_signed(simulator: &Simulator, headers: &HeaderMap, body: &str) -> bool {
    let Some(token) = &simulator.config.token else { return true };
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (id, timestamp) = (header("webhook-id"), header("webhook-timestamp"));
    WebhookSecret::derive(token).verify(header("webhook-signature"), id, timestamp, body)
}

#[derive(Deserialize)]
struct Body<'b> {
    #[serde(rename = "type")]
    kind: String,
    #[serde(borrow)]
    data: Data<'b>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data<'b> {
    message_id: String,
    recipient: String,
    #[serde(borrow)]
    message: &'b RawValue,
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    sender: Option<String>,
    preview: Preview,
}

#[derive(Deserialize)]
struct Preview {
    #[serde(rename = "type")]
    channel: String,
}

fn submission(simulator: &Simulator, headers: &HeaderMap, body: &str) -> Result<Submission, &'static str> {
    let Body { kind, data } = serde_json::from_str(body).map_err(|_| "the body is not valid")?;
    if kind != "message.send" {
        return Err("the type must be message.send");
    }
    let message: Message =
        serde_json::from_str(data.message.get()).map_err(|_| "data.message is not valid")?;
    let channel = match message.preview.channel.as_str() {
        "wa" => ChannelName::WhatsApp,
        "sms-twilio" => ChannelName::Sms,
        "apple-twilio" => ChannelName::Apple,
        "googlercs" => ChannelName::Rcs,
        "inapp" => ChannelName::InApp,
        _ => return Err("data.message.preview.type is not a channel"),
    };
    let sender = message.sender.filter(|sender| !sender.is_empty()).unwrap_or_else(|| NO_SENDER.to_owned());
    let callback_url = simulator.callback_url(ApiName::Relay, headers, &sender);
    let content = data.message.get();
    let quick_reply = first_item(content)
        .and_then(|button| Some(PhoneReply::Button { label: button.label, payload: button.payload? }));
    Ok(Submission {
        api: ApiName::Relay,
        channel,
        sender,
        phone: address(ApiName::Relay, &data.recipient).ok_or("data.recipient is not valid")?,
        provider_id: data.message_id.clone(),
        message_id: Some(data.message_id),
        content: content.to_owned(),
        quick_reply,
        status_url: callback_url.clone(),
        reply_url: callback_url,
        retries: RETRIES,
        is_idempotent: true,
    })
}

/// The status of a refusal.
fn status_of(refusal: Refusal) -> u16 {
    match refusal {
        Refusal::NotAuthenticated => 401,
        Refusal::ServerError => 503,
        // The other refusals are faults of the other APIs.
        _ => 422,
    }
}

fn error(status: u16, message: &str) -> Response {
    respond(status, &json!({ "error": message }))
}

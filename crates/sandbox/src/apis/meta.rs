//! `POST /{version}/{phone_number_id}/messages`

use std::sync::Arc;

use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use bytes::Bytes;
use http::HeaderMap;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use crate::api_name::{ApiName, ChannelName};
use crate::body::body_error;
use crate::content::MetaMessage;
use crate::credentials::has_bearer;
use crate::ids::wamid;
use crate::ledger::LedgerEntry;
use crate::phone::phone;
use crate::response::{close_connection, json as respond, with_retry_after};
use crate::simulator::{Refusal, Simulator, Submission, Submitted};

/// How often a callback is repeated if it fails. Meta repeats them for 7 days.
const RETRIES: u32 = 6;

/// Sends a message.
pub(crate) async fn send(
    State(simulator): State<Arc<Simulator>>,
    Path((_, sender)): Path<(String, String)>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    if !has_bearer(&headers, simulator.config.token.as_ref()) {
        return error(401, 190, "Invalid OAuth access token.");
    }
    let body = match body {
        Ok(body) => body,
        Err(problem) => {
            let (status, message) = body_error(&problem);
            return error(status, 100, &message);
        }
    };
    let content = String::from_utf8_lossy(&body);
    let read = serde_json::from_str(&content)
        .and_then(|request: Envelope<'_>| Ok((request, serde_json::from_str::<MetaMessage>(&content)?)));
    let (request, message) = match read {
        Ok(read) => read,
        Err(problem) => return error(400, 100, &format!("Invalid parameter: {problem}")),
    };
    let phone = match request.check(&message) {
        Ok(phone) => phone,
        Err(field) => return error(400, 100, &format!("Invalid parameter: {field}")),
    };
    let callback_url = simulator.callback_url(ApiName::Meta, &headers, &sender);
    let submission = Submission {
        api: ApiName::Meta,
        channel: ChannelName::WhatsApp,
        status_url: callback_url.clone(),
        reply_url: callback_url,
        provider_id: wamid(simulator.random()),
        sender,
        message_id: request.biz_opaque_callback_data.clone(),
        quick_reply: message.quick_reply(),
        phone,
        content: content.clone().into_owned(),
        retries: RETRIES,
        is_idempotent: false,
    };
    match simulator.submit(submission, |refusal| refusal_of(refusal).1).await {
        Ok(Submitted::Accepted { entry, is_dropped: false }) => accepted(&request.recipient(), &entry),
        Ok(Submitted::Accepted { .. } | Submitted::Lost) => close_connection(),
        Ok(Submitted::Refused(refusal)) => {
            let (status, code, title) = refusal_of(refusal);
            error(status, code, title)
        }
        Ok(Submitted::Throttled { retry_after }) => {
            with_retry_after(error(429, 130_429, "Rate limit hit"), retry_after)
        }
        Err(problem) => error(503, 2, &problem.to_string()),
    }
}

/// What a request says beside its content.
#[derive(Deserialize)]
struct Envelope<'b> {
    messaging_product: String,
    #[serde(borrow)]
    to: &'b RawValue,
    #[serde(default, rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    biz_opaque_callback_data: Option<String>,
}

impl Envelope<'_> {
    /// The recipient as it was written; clients write it as a string or as a number.
    fn recipient(&self) -> String {
        serde_json::from_str(self.to.get()).unwrap_or_else(|_| self.to.get().to_owned())
    }

    /// The phone, or the name of a field that is wrong.
    fn check(&self, message: &MetaMessage) -> Result<String, &'static str> {
        match self.kind.as_deref().unwrap_or("text") {
            _ if self.messaging_product != "whatsapp" => Err("messaging_product"),
            "template" if !message.has_template() => Err("template"),
            "text" if !message.has_text() => Err("text.body"),
            _ => phone(&format!("+{}", digits(&self.recipient()))).ok_or("to"),
        }
    }
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

fn accepted(recipient: &str, entry: &LedgerEntry) -> Response {
    respond(
        200,
        &json!({
            "messaging_product": "whatsapp",
            "contacts": [{ "input": recipient, "wa_id": digits(recipient) }],
            "messages": [{ "id": entry.provider_id, "message_status": "accepted" }],
        }),
    )
}

/// Status, code and title of a refusal.
fn refusal_of(refusal: Refusal) -> (u16, u32, &'static str) {
    match refusal {
        Refusal::MarketingStopped => (400, 131_050, "User has stopped marketing messages"),
        Refusal::TemplatePaused => (400, 132_015, "Template is paused"),
        Refusal::NotAuthenticated => (401, 190, "Access token has expired"),
        Refusal::ServerError => (500, 131_000, "Something went wrong"),
        // Faults of the other APIs.
        Refusal::OptedOut | Refusal::NoRcs => (400, 131_026, "Message undeliverable"),
    }
}

fn error(status: u16, code: u32, title: &str) -> Response {
    respond(
        status,
        &json!({ "error": {
            "message": format!("(#{code}) {title}"),
            "type": "OAuthException",
            "code": code,
            "error_data": { "messaging_product": "whatsapp", "details": title },
            "fbtrace_id": "A0sandbox",
        } }),
    )
}

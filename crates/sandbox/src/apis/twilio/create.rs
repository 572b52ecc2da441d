//! `POST /2010-04-01/Accounts/{AccountSid}/Messages.json`

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use bytes::Bytes;
use http::HeaderMap;
use serde_json::json;
use url::Url;

use super::error::{error, not_authenticated, refusal_of};
use super::resource::resource;
use crate::api_name::{ApiName, ChannelName, WHATSAPP_PREFIX};
use crate::body::body_error;
use crate::credentials::has_basic;
use crate::ids::message_sid;
use crate::phone::phone;
use crate::response::{close_connection, json as respond, with_retry_after};
use crate::simulator::{Simulator, Submission, Submitted};

const MAX_BODY_CHARACTERS: usize = 1600;
/// The most retries that the fragment of a callback URL can request (`rc`).
const MAX_RETRIES: u32 = 5;

/// The code of a parameter that is too long.
const TOO_LONG: u32 = 21_658;

/// The parameters of a request. Of several with one name, the last is used.
pub(super) type Form = BTreeMap<String, String>;

/// Creates a message.
pub(crate) async fn create(
    State(simulator): State<Arc<Simulator>>,
    Path(account): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    if !has_basic(&headers, simulator.config.token.as_ref()) {
        return not_authenticated();
    }
    let body = match body {
        Ok(body) => body,
        Err(problem) => {
            let (status, message) = body_error(&problem);
            return error(status, TOO_LONG, &message);
        }
    };
    let form: Form = form_urlencoded::parse(&body).into_owned().collect();
    let submission = match submission(&simulator, &headers, &form) {
        Ok(submission) => submission,
        Err((code, message)) => return error(400, code, message),
    };
    match simulator.submit(submission, |refusal| refusal_of(refusal).1).await {
        Ok(Submitted::Accepted { entry, is_dropped: false }) => respond(201, &resource(&account, &entry)),
        Ok(Submitted::Accepted { .. } | Submitted::Lost) => close_connection(),
        Ok(Submitted::Refused(refusal)) => {
            let (status, code, message) = refusal_of(refusal);
            error(status, code, message)
        }
        Ok(Submitted::Throttled { retry_after }) => {
            with_retry_after(error(429, 20_429, "Too Many Requests"), retry_after)
        }
        Err(problem) => error(503, 20_503, &problem.to_string()),
    }
}

/// The message that a form requests, or code and message of an error.
fn submission(
    simulator: &Simulator,
    headers: &HeaderMap,
    form: &Form,
) -> Result<Submission, (u32, &'static str)> {
    let get = |name: &str| form.get(name).map(String::as_str).filter(|value| !value.is_empty());
    let to = get("To").ok_or((21_604, "A 'To' phone number is required."))?;
    let number = to.strip_prefix(WHATSAPP_PREFIX);
    let phone = phone(number.unwrap_or(to)).ok_or((21_211, "Invalid 'To' Phone Number"))?;
    let sender = get("From").or(get("MessagingServiceSid"));
    let sender = sender.ok_or((21_603, "A 'From' or 'MessagingServiceSid' is required."))?;
    let body = get("Body");
    if body.or(get("MediaUrl")).or(get("ContentSid")).is_none() {
        return Err((21_602, "Message body is required."));
    }
    if body.is_some_and(|body| body.chars().nth(MAX_BODY_CHARACTERS).is_some()) {
        return Err((21_617, "The concatenated message body exceeds the 1600 character limit."));
    }
    let sender = sender.strip_prefix(WHATSAPP_PREFIX).unwrap_or(sender);
    let named = get("StatusCallback").and_then(|url| Url::parse(url).ok());
    let retries = named.as_ref().map_or(0, retries);
    let named = named.filter(|url| simulator.config.permits_callback(ApiName::Twilio, url));
    let reply_url = simulator.callback_url(ApiName::Twilio, headers, sender);
    let status_url = named.or_else(|| reply_url.clone());
    Ok(Submission {
        api: ApiName::Twilio,
        channel: if number.is_some() { ChannelName::WhatsApp } else { ChannelName::Sms },
        message_id: status_url.as_ref().and_then(message_parameter),
        provider_id: message_sid(simulator.random()),
        sender: sender.to_owned(),
        phone,
        content: json!(form).to_string(),
        quick_reply: None,
        status_url,
        reply_url,
        retries,
        is_idempotent: false,
    })
}

/// The client's id, which Outbound's connector puts into the callback URL.
fn message_parameter(url: &Url) -> Option<String> {
    url.query_pairs().find(|(name, _)| name == "message").map(|(_, id)| id.into_owned())
}

/// The number of retries that the fragment of a callback URL requests, such as `#rc=3`.
fn retries(url: &Url) -> u32 {
    let fragment = url.fragment().unwrap_or_default();
    let count = form_urlencoded::parse(fragment.as_bytes()).find(|(name, _)| name == "rc");
    count.and_then(|(_, count)| count.parse().ok()).unwrap_or(0).min(MAX_RETRIES)
}

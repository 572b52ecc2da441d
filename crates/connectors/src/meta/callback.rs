//! Callbacks of WhatsApp: the check of their address and signature, and their envelope.

use aws_lc_rs::hmac::HMAC_SHA256;
use outbound_auth::Secret;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::inbound::{read_message, read_preference};
use super::status::read_status;
use crate::callback::Callback;
use crate::error::ConnectorError;
use crate::json::{elements, lenient, object, scalar};
use crate::provider::Provider;
use crate::signature::{check_length, is_equal, verify};

/// Answers the request with which Meta checks the address of callbacks: `GET ?hub.mode=subscribe&…`. The result is
/// the body of the response.
///
/// # Errors
///
/// [`ConnectorError::Signature`] if the token is not `verify_token`, and [`ConnectorError::NotACallback`] for any
/// other request.
pub fn answer_subscription(query: &str, verify_token: &Secret) -> Result<String, ConnectorError> {
    let (mut mode, mut token, mut challenge) = (None, None, None);
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match &*name {
            "hub.mode" => mode = Some(value),
            "hub.verify_token" => token = Some(value),
            "hub.challenge" => challenge = Some(value),
            _ => {}
        }
    }
    let is_token = |token: &str| !token.is_empty() && is_equal(token, verify_token.expose());
    match (mode.as_deref(), challenge) {
        (Some("subscribe"), Some(_)) if !token.is_some_and(|token| is_token(&token)) => {
            Err(ConnectorError::Signature)
        }
        // Meta sends a number. Anything else would let the sender of a request choose a response.
        (Some("subscribe"), Some(number)) if is_number(&number) => Ok(number.into_owned()),
        _ => Err(ConnectorError::NotACallback { provider: Provider::Meta }),
    }
}

fn is_number(text: &str) -> bool {
    (1..=32).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Checks and reads a callback. `signature` is the header `X-Hub-Signature-256`, `body` the body as received.
///
/// # Errors
///
/// [`ConnectorError::CallbackTooLong`], [`ConnectorError::Signature`], or [`ConnectorError::NotACallback`] if the
/// signed body is not an object with entries.
pub fn callback(
    app_secret: &Secret,
    signature: Option<&str>,
    body: &[u8],
) -> Result<Callback, ConnectorError> {
    check_length(Provider::Meta, body)?;
    let tag = signature.and_then(|header| hex::decode(header.trim().strip_prefix("sha256=")?).ok());
    if !tag.is_some_and(|tag| verify(HMAC_SHA256, app_secret, &[body], &tag)) {
        return Err(ConnectorError::Signature);
    }
    let body: Body<'_> = object(body).ok_or(ConnectorError::NotACallback { provider: Provider::Meta })?;
    let mut callback = Callback::default();
    for entry in body.entry {
        match object::<Entry<'_>>(entry.get().as_bytes()) {
            Some(entry) => entry.changes.iter().for_each(|change| read_change(&mut callback, change)),
            None => callback.ignored.malformed += 1,
        }
    }
    Ok(callback)
}

#[derive(Deserialize)]
struct Body<'b> {
    #[serde(borrow, default, deserialize_with = "elements")]
    entry: Vec<&'b RawValue>,
}

#[derive(Deserialize)]
struct Entry<'b> {
    #[serde(borrow, default, deserialize_with = "elements")]
    changes: Vec<&'b RawValue>,
}

#[derive(Deserialize)]
struct Change<'b> {
    #[serde(default, deserialize_with = "lenient")]
    field: Option<String>,
    #[serde(borrow)]
    value: Value<'b>,
}

#[derive(Deserialize)]
struct Value<'b> {
    #[serde(default, deserialize_with = "lenient")]
    metadata: Option<Metadata>,
    #[serde(borrow, default, deserialize_with = "elements")]
    statuses: Vec<&'b RawValue>,
    #[serde(borrow, default, deserialize_with = "elements")]
    messages: Vec<&'b RawValue>,
    #[serde(borrow, default, deserialize_with = "elements")]
    user_preferences: Vec<&'b RawValue>,
    /// Errors that belong to no message.
    #[serde(borrow, default, deserialize_with = "elements")]
    errors: Vec<&'b RawValue>,
}

#[derive(Deserialize)]
struct Metadata {
    #[serde(default, deserialize_with = "scalar")]
    phone_number_id: Option<String>,
}

fn read_change(callback: &mut Callback, change: &RawValue) {
    let Some(change) = object::<Change<'_>>(change.get().as_bytes()) else {
        callback.ignored.malformed += 1;
        return;
    };
    if !matches!(change.field.as_deref(), Some("messages" | "user_preferences")) {
        callback.ignored.unknown += 1;
        return;
    }
    let value = change.value;
    let sender = value.metadata.and_then(|metadata| metadata.phone_number_id).unwrap_or_default();
    callback.ignored.unknown += value.errors.len();
    value.statuses.iter().for_each(|raw| callback.add(read_status(raw)));
    value.messages.iter().for_each(|raw| callback.add(read_message(raw, &sender)));
    value.user_preferences.iter().for_each(|raw| callback.add(read_preference(raw, &sender)));
}

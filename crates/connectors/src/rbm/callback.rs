//! Callbacks of Google: the set-up of an address, events and messages.

use std::borrow::Cow;
use std::fmt;

use aws_lc_rs::hmac::HMAC_SHA512;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use outbound_auth::Secret;
use outbound_reporting::ErrorKey;
use serde::Deserialize;

use crate::callback::{
    Callback, CallbackEvent, DeliveryStep, InboundContent, InboundMessage, Preference, PreferenceChange,
    Reading, StatusEvent,
};
use crate::e164::E164;
use crate::error::ConnectorError;
use crate::error_class::ErrorClass;
use crate::json::{lenient, object};
use crate::outcome::ProviderId;
use crate::provider::Provider;
use crate::signature::{check_length, is_equal, verify};

/// The maximum length of the secret that the set-up request has to get back.
const MAX_SECRET_BYTES: usize = 1024;

/// A callback of Google.
#[derive(Clone, Eq, PartialEq)]
pub enum RbmCallback {
    /// The set-up of the address. The response has to have this string as its body, as `text/plain`.
    SetUp(String),
    /// Events.
    Events(Callback),
}

impl fmt::Debug for RbmCallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SetUp(_) => f.write_str("SetUp(…)"),
            Self::Events(callback) => callback.fmt(f),
        }
    }
}

/// Checks and reads a callback. `signature` is the header `X-Goog-Signature`, `body` the body as received. The
/// signature covers the decoded `message.data`. The set-up request has none; it contains the token itself.
///
/// # Errors
///
/// [`ConnectorError::CallbackTooLong`], [`ConnectorError::Signature`], or [`ConnectorError::NotACallback`] if the
/// body is neither form of callback.
pub fn callback(
    client_token: &Secret,
    signature: Option<&str>,
    body: &[u8],
) -> Result<RbmCallback, ConnectorError> {
    check_length(Provider::Rbm, body)?;
    let not_a_callback = ConnectorError::NotACallback { provider: Provider::Rbm };
    let envelope: Envelope<'_> = object(body).ok_or_else(|| not_a_callback.clone())?;
    match envelope {
        Envelope { message: Some(message), .. } => {
            let data = STANDARD.decode(message.data.as_bytes()).map_err(|_| ConnectorError::Signature)?;
            let tag = signature.and_then(|header| STANDARD.decode(header.trim()).ok());
            if !tag.is_some_and(|tag| verify(HMAC_SHA512, client_token, &[&data], &tag)) {
                return Err(ConnectorError::Signature);
            }
            let mut callback = Callback::default();
            callback.add(read(&data));
            Ok(RbmCallback::Events(callback))
        }
        Envelope { client_token: Some(token), secret: Some(secret), .. } => {
            if !is_equal(&token, client_token.expose()) {
                return Err(ConnectorError::Signature);
            }
            let is_short = secret.len() <= MAX_SECRET_BYTES;
            if is_short { Ok(RbmCallback::SetUp(secret.into_owned())) } else { Err(not_a_callback) }
        }
        _ => Err(not_a_callback),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope<'b> {
    #[serde(borrow, default, deserialize_with = "lenient")]
    message: Option<Message<'b>>,
    #[serde(borrow, default, deserialize_with = "lenient")]
    client_token: Option<Cow<'b, str>>,
    #[serde(borrow, default, deserialize_with = "lenient")]
    secret: Option<Cow<'b, str>>,
}

#[derive(Deserialize)]
struct Message<'b> {
    #[serde(borrow)]
    data: Cow<'b, str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Notification {
    #[serde(default, deserialize_with = "lenient")]
    event_type: Option<String>,
    #[serde(default, deserialize_with = "lenient", alias = "phoneNumber")]
    sender_phone_number: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    message_id: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    event_id: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    agent_id: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    send_time: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    text: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    suggestion_response: Option<SuggestionResponse>,
    #[serde(default, deserialize_with = "lenient")]
    user_file: Option<Present>,
    #[serde(default, deserialize_with = "lenient")]
    location: Option<Present>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SuggestionResponse {
    #[serde(default)]
    postback_data: String,
    #[serde(default)]
    text: String,
}

/// An object whose fields do not matter.
#[derive(Deserialize)]
struct Present {}

fn read(data: &[u8]) -> Reading {
    let Some(event) = object::<Notification>(data) else { return Reading::Malformed };
    let step = match event.event_type.as_deref() {
        None => return read_message(event),
        Some("DELIVERED") => DeliveryStep::Delivered,
        Some("READ") => DeliveryStep::Read,
        Some("TTL_EXPIRATION_REVOKED") => DeliveryStep::Failed {
            error: ErrorKey::of_provider(Provider::Rbm.error_source(), "expired"),
            class: ErrorClass::FinalForRecipient,
        },
        Some("UNSUBSCRIBE") => return read_preference(event, Preference::Stop),
        Some("SUBSCRIBE") => return read_preference(event, Preference::Resume),
        // The message may still be delivered.
        Some("IS_TYPING" | "TTL_EXPIRATION_REVOKE_FAILED") => return Reading::WithoutStep,
        Some(_) => return Reading::Unknown,
    };
    let id = event.message_id.unwrap_or_default();
    let Some(provider_id) = ProviderId::new(&id) else { return Reading::Malformed };
    Reading::Event(CallbackEvent::Status(StatusEvent {
        message_id: id.parse().ok(),
        provider_id,
        recipient: event.sender_phone_number.and_then(|number| number.parse().ok()),
        time: event.send_time.and_then(|time| time.parse().ok()),
        step,
    }))
}

fn read_preference(event: Notification, preference: Preference) -> Reading {
    let consumer = event.sender_phone_number.and_then(|number| number.parse().ok());
    let Some(consumer) = consumer else { return Reading::Malformed };
    let time = event.send_time.and_then(|time| time.parse().ok());
    let sender = event.agent_id.unwrap_or_default();
    Reading::Event(CallbackEvent::Preference(PreferenceChange { consumer, sender, preference, time }))
}

/// Messages and presses of buttons have no type. A press of an action has an event's id instead of a message's.
fn read_message(event: Notification) -> Reading {
    let content = match (event.suggestion_response, event.text) {
        (Some(pressed), _) => InboundContent::button(&pressed.text, &pressed.postback_data),
        (None, Some(text)) => InboundContent::text(&text),
        (None, None) if event.user_file.is_some() => InboundContent::other("userFile"),
        (None, None) if event.location.is_some() => InboundContent::other("location"),
        (None, None) => return Reading::Unknown,
    };
    let id = event.message_id.or(event.event_id).and_then(|id| ProviderId::new(&id));
    let sender: Option<E164> = event.sender_phone_number.and_then(|number| number.parse().ok());
    let (Some(provider_id), Some(sender)) = (id, sender) else { return Reading::Malformed };
    Reading::Event(CallbackEvent::Inbound(InboundMessage {
        provider_id,
        sender: sender.into(),
        recipient: event.agent_id.unwrap_or_default(),
        content,
        keyword: None,
        in_reply_to: None,
        time: event.send_time.and_then(|time| time.parse().ok()),
    }))
}

//! Callbacks of Twilio: statuses of our messages, and messages of consumers.

use std::borrow::Cow;

use outbound_auth::Secret;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::signature::{Parameters, is_body_signed, is_form_signed};
use super::{MESSAGE_PARAMETER, error};
use crate::callback::{
    Callback, CallbackEvent, DeliveryStep, InboundContent, InboundMessage, KeywordAction, Reading,
    StatusEvent,
};
use crate::e164::E164;
use crate::error::ConnectorError;
use crate::outcome::ProviderId;
use crate::provider::Provider;
use crate::signature::check_length;

/// Checks and reads a callback, which contains one event. `signature` is the header `X-Twilio-Signature`. `url` is the
/// public URL that Twilio sent it to, with its query as received; behind a proxy, it begins with the configured
/// address. `body` is the body as received, a form or JSON.
///
/// # Errors
///
/// [`ConnectorError::CallbackTooLong`], [`ConnectorError::Signature`], or [`ConnectorError::NotACallback`] if the
/// signed JSON body is not an object.
pub fn callback(
    auth_token: &Secret,
    signature: Option<&str>,
    url: &str,
    body: &[u8],
) -> Result<Callback, ConnectorError> {
    check_length(Provider::Twilio, body)?;
    let signature = signature.ok_or(ConnectorError::Signature)?;
    let parameters = match is_body_signed(auth_token, signature, url, body) {
        Some(true) => json_parameters(body)?,
        Some(false) => return Err(ConnectorError::Signature),
        None => {
            let form: Parameters<'_> = form_urlencoded::parse(body).collect();
            if !is_form_signed(auth_token, signature, url, &form) {
                return Err(ConnectorError::Signature);
            }
            form
        }
    };
    let mut callback = Callback::default();
    callback.add(read(&Fields { url, parameters }));
    Ok(callback)
}

/// The strings of a JSON object.
fn json_parameters(body: &[u8]) -> Result<Parameters<'_>, ConnectorError> {
    struct Strings;

    impl<'de> Visitor<'de> for Strings {
        type Value = Parameters<'de>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut parameters = Vec::new();
            while let Some((name, value)) = map.next_entry::<Cow<'de, str>, &'de RawValue>()? {
                if let Ok(value) = serde_json::from_str::<String>(value.get()) {
                    parameters.push((name, value.into()));
                }
            }
            Ok(parameters)
        }
    }

    serde_json::Deserializer::from_slice(body)
        .deserialize_map(Strings)
        .map_err(|_| ConnectorError::NotACallback { provider: Provider::Twilio })
}

struct Fields<'b> {
    url: &'b str,
    parameters: Parameters<'b>,
}

impl Fields<'_> {
    /// The value of a parameter, if it is not empty.
    fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.parameters.iter().find(|(key, _)| key == name)?;
        Some(&**value).filter(|value| !value.is_empty())
    }

    /// An address without the prefix of its channel, such as `whatsapp:`.
    fn address(&self, name: &str) -> Option<&str> {
        self.get(name).map(|address| address.split_once(':').map_or(address, |(_, address)| address))
    }

    fn phone(&self, name: &str) -> Option<E164> {
        self.address(name)?.parse().ok()
    }

    /// Our id, which the URL of status callbacks contains.
    fn message_id(&self) -> Option<outbound_reporting::TransactionId> {
        let (_, query) = self.url.split_once('?')?;
        let (_, id) = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == MESSAGE_PARAMETER)?;
        id.parse().ok()
    }
}

fn read(fields: &Fields<'_>) -> Reading {
    let id = ["MessageSid", "SmsSid"].into_iter().find_map(|name| fields.get(name));
    let provider_id = id.and_then(ProviderId::new);
    match (provider_id, fields.get("MessageStatus")) {
        (None, _) => Reading::Malformed,
        (Some(provider_id), Some(status)) => read_status(fields, provider_id, status),
        (Some(provider_id), None) => read_message(fields, provider_id),
    }
}

fn read_status(fields: &Fields<'_>, provider_id: ProviderId, status: &str) -> Reading {
    let step = match status {
        // Some of the recipients of a group got it.
        "sent" | "partially_delivered" => DeliveryStep::Sent,
        "delivered" => DeliveryStep::Delivered,
        "read" => DeliveryStep::Read,
        "failed" | "undelivered" | "canceled" => {
            let (error, class) = error(fields.get("ErrorCode").and_then(|code| code.parse().ok()));
            DeliveryStep::Failed { error, class }
        }
        "accepted" | "scheduled" | "queued" | "sending" => return Reading::WithoutStep,
        _ => return Reading::Unknown,
    };
    Reading::Event(CallbackEvent::Status(StatusEvent {
        message_id: fields.message_id(),
        provider_id,
        recipient: fields.phone("To"),
        time: None,
        step,
    }))
}

/// A message of a consumer has no `MessageStatus`, and its `SmsStatus` is `received`.
fn read_message(fields: &Fields<'_>, provider_id: ProviderId) -> Reading {
    if !matches!(fields.get("SmsStatus"), Some("received" | "receiving")) {
        return Reading::Unknown;
    }
    let (Some(sender), Some(recipient)) = (fields.phone("From"), fields.address("To")) else {
        return Reading::Malformed;
    };
    let content = match (fields.get("ButtonPayload"), fields.get("Body")) {
        (Some(payload), _) => InboundContent::button(fields.get("ButtonText").unwrap_or_default(), payload),
        (None, Some(body)) => InboundContent::text(body),
        (None, None) => InboundContent::other(fields.get("MessageType").unwrap_or("media")),
    };
    let keyword = match fields.get("OptOutType") {
        Some("STOP") => Some(KeywordAction::Stop),
        Some("START") => Some(KeywordAction::Start),
        Some("HELP") => Some(KeywordAction::Help),
        _ => None,
    };
    Reading::Event(CallbackEvent::Inbound(InboundMessage {
        provider_id,
        sender: sender.into(),
        recipient: recipient.chars().take(128).collect(),
        content,
        keyword,
        in_reply_to: fields.get("OriginalRepliedMessageSid").and_then(ProviderId::new),
        time: None,
    }))
}

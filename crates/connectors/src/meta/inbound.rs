//! Messages and preferences of consumers on WhatsApp.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::callback::{
    CallbackEvent, InboundContent, InboundMessage, Preference, PreferenceChange, Reading, unix_time,
};
use crate::e164::E164;
use crate::json::{lenient, object, scalar};
use crate::outcome::ProviderId;

#[derive(Deserialize)]
struct Message {
    id: String,
    #[serde(deserialize_with = "scalar")]
    from: Option<String>,
    #[serde(default, deserialize_with = "scalar")]
    timestamp: Option<String>,
    #[serde(default, rename = "type", deserialize_with = "lenient")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    text: Option<Text>,
    #[serde(default, deserialize_with = "lenient")]
    button: Option<Button>,
    #[serde(default, deserialize_with = "lenient")]
    interactive: Option<Interactive>,
    #[serde(default, deserialize_with = "lenient")]
    context: Option<Context>,
}

#[derive(Deserialize)]
struct Text {
    body: String,
}

/// A quick reply of a template.
#[derive(Deserialize)]
struct Button {
    #[serde(default)]
    text: String,
    #[serde(default)]
    payload: String,
}

#[derive(Deserialize)]
struct Interactive {
    #[serde(alias = "list_reply")]
    button_reply: InteractiveReply,
}

#[derive(Deserialize)]
struct InteractiveReply {
    #[serde(default)]
    id: String,
    #[serde(default)]
    title: String,
}

#[derive(Deserialize)]
struct Context {
    id: String,
}

pub(super) fn read_message(raw: &RawValue, recipient: &str) -> Reading {
    let Some(message) = object::<Message>(raw.get().as_bytes()) else { return Reading::Malformed };
    // Users may hide their number (2026). They cannot have received our messages, which go to numbers.
    let sender = message.from.and_then(|digits| E164::from_digits(&digits).ok());
    let (Some(provider_id), Some(sender)) = (ProviderId::new(&message.id), sender) else {
        return Reading::Malformed;
    };
    let content = match (message.text, message.button, message.interactive) {
        (Some(text), _, _) => InboundContent::text(&text.body),
        (_, Some(button), _) => InboundContent::button(&button.text, &button.payload),
        (_, _, Some(Interactive { button_reply })) => {
            InboundContent::button(&button_reply.title, &button_reply.id)
        }
        _ => InboundContent::other(message.kind.as_deref().unwrap_or_default()),
    };
    Reading::Event(CallbackEvent::Inbound(InboundMessage {
        provider_id,
        sender: sender.into(),
        recipient: recipient.to_owned(),
        content,
        keyword: None,
        in_reply_to: message.context.and_then(|context| ProviderId::new(&context.id)),
        time: message.timestamp.as_deref().and_then(unix_time),
    }))
}

#[derive(Deserialize)]
struct UserPreference {
    #[serde(deserialize_with = "scalar")]
    wa_id: Option<String>,
    category: String,
    value: String,
    #[serde(default, deserialize_with = "scalar")]
    timestamp: Option<String>,
}

pub(super) fn read_preference(raw: &RawValue, sender: &str) -> Reading {
    let Some(change) = object::<UserPreference>(raw.get().as_bytes()) else { return Reading::Malformed };
    let Some(consumer) = change.wa_id.and_then(|digits| E164::from_digits(&digits).ok()) else {
        return Reading::Malformed;
    };
    let preference = match (change.category.as_str(), change.value.as_str()) {
        ("marketing_messages", "stop") => Preference::Stop,
        ("marketing_messages", "resume") => Preference::Resume,
        _ => return Reading::Unknown,
    };
    let time = change.timestamp.as_deref().and_then(unix_time);
    Reading::Event(CallbackEvent::Preference(PreferenceChange {
        consumer,
        sender: sender.to_owned(),
        preference,
        time,
    }))
}

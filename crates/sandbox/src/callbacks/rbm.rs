//! Callbacks of Google RBM.

use aws_lc_rs::hmac::{HMAC_SHA512, Key, sign};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use url::Url;

use super::CallbackBuilder;
use crate::ids::uuid;
use crate::plan::{Event, PhoneReply};
use crate::receiver::CallbackRequest;

/// The callback about an event. RBM reports no `sent`.
pub(super) fn status(builder: &CallbackBuilder<'_>, url: Url, event: &Event) -> Option<CallbackRequest> {
    let conversation = builder.conversation;
    let (kind, phone_field) = match event {
        Event::Delivered => ("DELIVERED", "senderPhoneNumber"),
        Event::Read => ("READ", "senderPhoneNumber"),
        Event::Failed(_) => ("TTL_EXPIRATION_REVOKED", "phoneNumber"),
        Event::Sent | Event::Reply(_) => return None,
    };
    let data = json!({
        phone_field: conversation.phone,
        "eventType": kind,
        "eventId": uuid(builder.random),
        "messageId": conversation.provider_id,
        "agentId": conversation.sender,
        "sendTime": builder.now,
    });
    Some(request(builder, url, &data))
}

/// The callback about a reply, the id of the reply, and its content.
pub(super) fn reply(
    builder: &CallbackBuilder<'_>,
    url: Url,
    reply: &PhoneReply,
) -> (CallbackRequest, String, Value) {
    let conversation = builder.conversation;
    let id = uuid(conversation.reply_id);
    let (field, content) = match reply {
        PhoneReply::Text(text) => ("text", json!(text)),
        PhoneReply::Button { label, payload } => {
            ("suggestionResponse", json!({ "text": label, "postbackData": payload }))
        }
    };
    let data = json!({
        "senderPhoneNumber": conversation.phone,
        "messageId": id,
        "agentId": conversation.sender,
        "sendTime": builder.now,
        field: content,
    });
    (request(builder, url, &data), id, json!({ field: content }))
}

/// The signature covers the JSON that the body contains as base64.
fn request(builder: &CallbackBuilder<'_>, url: Url, data: &Value) -> CallbackRequest {
    let data = data.to_string();
    let key = builder.key(builder.secrets.rbm.expose());
    let tag = sign(&Key::new(HMAC_SHA512, key), data.as_bytes());
    let message = json!({
        "data": STANDARD.encode(&data),
        "messageId": uuid(builder.random),
        "publishTime": builder.now,
    });
    let body = json!({ "message": message, "subscription": "projects/rbm/subscriptions/sandbox" });
    let headers =
        vec![("content-type", "application/json".to_owned()), ("x-goog-signature", STANDARD.encode(tag))];
    CallbackRequest { url, headers, body: body.to_string().into() }
}

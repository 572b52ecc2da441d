//! Callbacks of the relay.

use outbound_auth::WebhookSecret;
use serde_json::{Value, json};
use url::Url;

use super::CallbackBuilder;
use crate::ids::uuid;
use crate::plan::{Event, PhoneReply};
use crate::receiver::CallbackRequest;

/// The callback about a status.
pub(super) fn status(builder: &CallbackBuilder<'_>, url: Url, event: &Event) -> CallbackRequest {
    let mut data = json!({ "messageId": builder.conversation.message_id, "status": event.name() });
    if let (Event::Failed(_), Some(fields)) = (event, data.as_object_mut()) {
        fields.insert("errorCode".to_owned(), "undeliverable".into());
    }
    request(builder, url, "message.status", &data)
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
        PhoneReply::Button { label, payload } => ("button", json!({ "label": label, "payload": payload })),
    };
    let data = json!({
        "id": id,
        "channel": conversation.channel,
        "sender": conversation.phone,
        "inReplyTo": conversation.message_id,
        field: content,
    });
    (request(builder, url, "message.received", &data), id, json!({ field: content }))
}

/// Signed as Standard Webhooks 1.0.0 defines.
fn request(builder: &CallbackBuilder<'_>, url: Url, kind: &str, data: &Value) -> CallbackRequest {
    let body = json!({ "type": kind, "timestamp": builder.now, "data": data }).to_string();
    let id = format!("msg_{}", uuid(builder.random));
    let seconds = builder.now.seconds();
    let signature = if builder.conversation.has_wrong_signature {
        "v1,AAAA".to_owned()
    } else {
        WebhookSecret::derive(&builder.secrets.relay).sign(&id, seconds, &body)
    };
    let headers = vec![
        ("content-type", "application/json".to_owned()),
        ("webhook-id", id),
        ("webhook-timestamp", seconds.to_string()),
        ("webhook-signature", signature),
    ];
    CallbackRequest { url, headers, body: body.into() }
}

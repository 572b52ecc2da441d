//! Callbacks of WhatsApp.

use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use serde_json::{Map, Value, json};
use url::Url;

use super::CallbackBuilder;
use crate::ids::wamid;
use crate::plan::{Event, Failure, PhoneReply};
use crate::queue::Conversation;
use crate::receiver::CallbackRequest;

/// The code of a failure that callbacks report.
pub(super) fn failure_code(failure: Failure) -> u32 {
    match failure {
        Failure::MarketingLimit => 131_049,
        Failure::Undeliverable | Failure::Unreachable => 131_026,
    }
}

/// The callback about a status.
pub(super) fn status(builder: &CallbackBuilder<'_>, url: Url, event: &Event) -> CallbackRequest {
    let conversation = builder.conversation;
    let mut fields = Map::from_iter([
        ("id".to_owned(), json!(conversation.provider_id)),
        ("status".to_owned(), event.name().into()),
        ("timestamp".to_owned(), builder.now.seconds().to_string().into()),
        ("recipient_id".to_owned(), digits(&conversation.phone).into()),
    ]);
    if let Some(id) = &conversation.message_id {
        fields.insert("biz_opaque_callback_data".to_owned(), id.as_str().into());
    }
    if let Event::Failed(failure) = event {
        fields.insert("errors".to_owned(), errors(failure_code(*failure)));
    } else {
        let origin = json!({ "id": "c0ffee", "origin": { "type": "marketing" } });
        fields.insert("conversation".to_owned(), origin);
        let pricing =
            json!({ "billable": true, "pricing_model": "PMP", "type": "regular", "category": "marketing" });
        fields.insert("pricing".to_owned(), pricing);
    }
    let value = json!({ "contacts": contacts(conversation), "statuses": [fields] });
    request(builder, url, value)
}

fn errors(code: u32) -> Value {
    let title = match code {
        131_049 => "This message was not delivered to maintain healthy ecosystem engagement.",
        _ => "Message undeliverable",
    };
    json!([{
        "code": code,
        "title": title,
        "message": title,
        "error_data": { "details": title },
        "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
    }])
}

/// The callback about a reply, the id of the reply, and its content.
pub(super) fn reply(
    builder: &CallbackBuilder<'_>,
    url: Url,
    reply: &PhoneReply,
) -> (CallbackRequest, String, Value) {
    let conversation = builder.conversation;
    let id = wamid(conversation.reply_id);
    let (kind, content) = match reply {
        PhoneReply::Text(text) => ("text", json!({ "body": text })),
        PhoneReply::Button { label, payload } => ("button", json!({ "text": label, "payload": payload })),
    };
    let mut message = json!({
        "from": digits(&conversation.phone),
        "id": id,
        "timestamp": builder.now.seconds().to_string(),
        "type": kind,
        kind: content,
    });
    if let (PhoneReply::Button { .. }, Some(original), Some(fields)) =
        (reply, &conversation.provider_id, message.as_object_mut())
    {
        fields.insert("context".to_owned(), json!({ "from": conversation.sender, "id": original }));
    }
    let value = json!({ "contacts": contacts(conversation), "messages": [message] });
    (request(builder, url, value), id, json!({ kind: content }))
}

fn contacts(conversation: &Conversation) -> Value {
    let phone = digits(&conversation.phone);
    json!([{ "profile": { "name": "Sandbox" }, "wa_id": phone, "user_id": user_id(phone) }])
}

/// The id of a consumer for this business, which callbacks have beside the number since 2026.
fn user_id(phone: &str) -> String {
    format!("US.{phone}")
}

fn digits(phone: &str) -> &str {
    phone.trim_start_matches('+')
}

fn request(builder: &CallbackBuilder<'_>, url: Url, mut value: Value) -> CallbackRequest {
    if let Some(fields) = value.as_object_mut() {
        fields.insert("messaging_product".to_owned(), "whatsapp".into());
        let sender = &builder.conversation.sender;
        let metadata = json!({ "display_phone_number": sender, "phone_number_id": sender });
        fields.insert("metadata".to_owned(), metadata);
    }
    let body = json!({
        "object": "whatsapp_business_account",
        "entry": [{ "id": "0", "changes": [{ "value": value, "field": "messages" }] }],
    });
    let body = body.to_string().into_bytes();
    let key = builder.key(builder.secrets.meta.expose());
    let tag = sign(&Key::new(HMAC_SHA256, key), &body);
    let headers = vec![
        ("content-type", "application/json".to_owned()),
        ("x-hub-signature-256", format!("sha256={}", hex::encode(tag))),
    ];
    CallbackRequest { url, headers, body: body.into() }
}

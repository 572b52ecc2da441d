//! Callbacks of Twilio.

use std::collections::BTreeMap;

use aws_lc_rs::hmac::{HMAC_SHA1_FOR_LEGACY_USE_ONLY, Key, sign};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use url::Url;

use super::CallbackBuilder;
use crate::api_name::{ChannelName, WHATSAPP_PREFIX};
use crate::ids::message_sid;
use crate::keyword::Keyword;
use crate::plan::{Event, Failure, PhoneReply};
use crate::queue::Conversation;
use crate::receiver::CallbackRequest;

/// The account that callbacks name.
const ACCOUNT: &str = "AC00000000000000000000000000000000";

type Parameters = BTreeMap<&'static str, String>;

/// The code of a failure that callbacks report.
pub(super) fn failure_code(failure: Failure) -> u32 {
    match failure {
        Failure::Unreachable => 30_003,
        Failure::Undeliverable => 30_008,
        Failure::MarketingLimit => 63_032,
    }
}

/// The callback about a status.
pub(super) fn status(builder: &CallbackBuilder<'_>, url: Url, event: &Event) -> Option<CallbackRequest> {
    let conversation = builder.conversation;
    let sid = conversation.provider_id.clone()?;
    let status = if matches!(event, Event::Failed(_)) { "undelivered" } else { event.name() };
    let mut parameters = Parameters::from([
        ("MessageSid", sid.clone()),
        ("SmsSid", sid),
        ("MessageStatus", status.to_owned()),
        ("SmsStatus", status.to_owned()),
        ("To", address(conversation, &conversation.phone)),
        ("From", address(conversation, &conversation.sender)),
        ("AccountSid", ACCOUNT.to_owned()),
        ("ApiVersion", "2010-04-01".to_owned()),
    ]);
    if let Event::Failed(failure) = event {
        parameters.insert("ErrorCode", failure_code(*failure).to_string());
    }
    Some(request(builder, url, &parameters))
}

/// The callback about a reply, the id of the reply, and its content.
pub(super) fn reply(
    builder: &CallbackBuilder<'_>,
    url: Url,
    reply: &PhoneReply,
) -> (CallbackRequest, String, Value) {
    let conversation = builder.conversation;
    let sid = message_sid(conversation.reply_id);
    let mut parameters = Parameters::from([
        ("MessageSid", sid.clone()),
        ("SmsSid", sid.clone()),
        ("SmsMessageSid", sid.clone()),
        ("SmsStatus", "received".to_owned()),
        ("To", address(conversation, &conversation.sender)),
        ("From", address(conversation, &conversation.phone)),
        ("AccountSid", ACCOUNT.to_owned()),
        ("ApiVersion", "2010-04-01".to_owned()),
        ("NumMedia", "0".to_owned()),
        ("NumSegments", "1".to_owned()),
    ]);
    match reply {
        PhoneReply::Text(text) => {
            parameters.insert("Body", text.clone());
        }
        PhoneReply::Button { label, payload } => {
            parameters.extend([
                ("Body", label.clone()),
                ("ButtonText", label.clone()),
                ("ButtonPayload", payload.clone()),
            ]);
            let original = conversation.provider_id.clone();
            parameters.extend(original.map(|original| ("OriginalRepliedMessageSid", original)));
        }
    }
    let keyword = Keyword::of(reply).map(|keyword| match keyword {
        Keyword::Stop => "STOP",
        Keyword::Start => "START",
    });
    parameters.extend(keyword.map(|keyword| ("OptOutType", keyword.to_owned())));
    let content = json!({ "Body": parameters.get("Body"), "ButtonPayload": parameters.get("ButtonPayload") });
    (request(builder, url, &parameters), sid, content)
}

fn address(conversation: &Conversation, address: &str) -> String {
    let is_whatsapp = conversation.channel == ChannelName::WhatsApp && address.starts_with('+');
    if is_whatsapp { format!("{WHATSAPP_PREFIX}{address}") } else { address.to_owned() }
}

/// The signature covers the URL without its fragment, then the names and values, sorted by name.
fn request(builder: &CallbackBuilder<'_>, mut url: Url, parameters: &Parameters) -> CallbackRequest {
    url.set_fragment(None);
    let signed = parameters.iter().fold(url.to_string(), |signed, (name, value)| signed + name + value);
    let key = builder.key(builder.secrets.twilio.expose());
    let tag = sign(&Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, key), signed.as_bytes());
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(parameters);
    let headers = vec![
        ("content-type", "application/x-www-form-urlencoded".to_owned()),
        ("x-twilio-signature", STANDARD.encode(tag)),
    ];
    CallbackRequest { url, headers, body: form.finish().into() }
}

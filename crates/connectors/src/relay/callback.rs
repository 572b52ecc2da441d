//! Callbacks of a relay: the status of a message, and messages of consumers. Signed as Standard Webhooks 1.0.0 defines,
//! like the requests to the relay.

use outbound_auth::WebhookSecret;
use outbound_model::Timestamp;
use outbound_reporting::ErrorKey;
use serde::Deserialize;

use crate::callback::{
    Callback, CallbackEvent, Consumer, DeliveryStep, InboundContent, InboundMessage, Reading, StatusEvent,
};
use crate::error::ConnectorError;
use crate::error_class::ErrorClass;
use crate::json::{lenient, object};
use crate::outcome::ProviderId;
use crate::provider::Provider;
use crate::signature::check_length;

/// The maximum difference between the time of a callback and the clock of the server. So a callback that somebody recorded
/// cannot be sent again later. The same as receivers of our webhooks check.
const MAX_DIFFERENCE_SECONDS: u64 = 5 * 60;

/// Checks and reads a callback that is received at `now`. `signature` consists of the headers `webhook-id`, `webhook-timestamp` and
/// `webhook-signature`, separated by spaces, and `body` is the body as received:
///
/// - `{"type":"message.status","timestamp":…,"data":{"messageId":…,"status":…}}`: `messageId` is that of the request,
///   `status` is `sent`, `delivered`, `read` or `failed`; the latter may have an `errorCode`.
/// - `{"type":"message.received","timestamp":…,"data":{"id":…,"channel":…,"sender":…,"text":…}}`: `id` is any id of the
///   message, the same in each repetition, `channel` the name in reports, such as `inapp`, and `sender` the address of the consumer. A press of a
///   button has `"button":{"label":…,"payload":…}` instead of `text`. `inReplyTo` may be the `messageId` of the message
///   that is answered.
///
/// # Errors
///
/// [`ConnectorError::CallbackTooLong`], [`ConnectorError::Signature`], [`ConnectorError::CallbackTime`] or
/// [`ConnectorError::NotACallback`].
pub fn callback(
    secret: &WebhookSecret,
    signature: Option<&str>,
    body: &[u8],
    now: Timestamp,
) -> Result<Callback, ConnectorError> {
    check_length(Provider::Relay, body)?;
    let mut headers = signature.unwrap_or_default().splitn(3, ' ');
    let (Some(id), Some(timestamp), Some(signatures), Ok(text)) =
        (headers.next(), headers.next(), headers.next(), str::from_utf8(body))
    else {
        return Err(ConnectorError::Signature);
    };
    if !secret.verify(signatures, id, timestamp, text) {
        return Err(ConnectorError::Signature);
    }
    let seconds: i64 = timestamp.parse().map_err(|_| ConnectorError::Signature)?;
    if seconds.abs_diff(now.seconds()) > MAX_DIFFERENCE_SECONDS {
        return Err(ConnectorError::CallbackTime { maximum: MAX_DIFFERENCE_SECONDS });
    }
    let not_a_callback = ConnectorError::NotACallback { provider: Provider::Relay };
    let envelope: Envelope = object(body).ok_or(not_a_callback)?;
    let mut callback = Callback::default();
    callback.add(envelope.read());
    Ok(callback)
}

#[derive(Deserialize)]
struct Envelope {
    #[serde(default, rename = "type", deserialize_with = "lenient")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    timestamp: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    data: Option<Data>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    #[serde(default, deserialize_with = "lenient")]
    message_id: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    status: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    error_code: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    id: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    channel: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    sender: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    text: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    button: Option<Button>,
    #[serde(default, deserialize_with = "lenient")]
    in_reply_to: Option<String>,
}

#[derive(Deserialize)]
struct Button {
    label: String,
    payload: String,
}

impl Envelope {
    fn read(self) -> Reading {
        let time = self.timestamp.and_then(|time| time.parse().ok());
        match (self.kind.as_deref(), self.data) {
            (Some("message.status"), Some(data)) => data.status(time),
            (Some("message.received"), Some(data)) => data.received(time),
            (Some("message.status" | "message.received"), None) | (None, _) => Reading::Malformed,
            (Some(_), _) => Reading::Unknown,
        }
    }
}

impl Data {
    fn status(self, time: Option<Timestamp>) -> Reading {
        let step = match self.status.as_deref() {
            Some("sent") => DeliveryStep::Sent,
            Some("delivered") => DeliveryStep::Delivered,
            Some("read") => DeliveryStep::Read,
            Some("failed") => DeliveryStep::Failed {
                error: ErrorKey::of_provider(
                    Provider::Relay.error_source(),
                    self.error_code.as_deref().unwrap_or_default(),
                ),
                class: ErrorClass::FinalForRecipient,
            },
            Some(_) => return Reading::Unknown,
            None => return Reading::Malformed,
        };
        let id = self.message_id.unwrap_or_default();
        let Some(provider_id) = ProviderId::new(&id) else { return Reading::Malformed };
        let message_id = id.parse().ok();
        Reading::Event(CallbackEvent::Status(StatusEvent {
            message_id,
            provider_id,
            recipient: None,
            time,
            step,
        }))
    }

    fn received(self, time: Option<Timestamp>) -> Reading {
        let content = match (self.button, self.text) {
            (Some(button), _) => InboundContent::button(&button.label, &button.payload),
            (None, Some(text)) => InboundContent::text(&text),
            (None, None) => return Reading::Malformed,
        };
        let provider_id = self.id.and_then(|id| ProviderId::new(&id));
        let sender = self.sender.and_then(|sender| Consumer::new(&sender));
        let (Some(provider_id), Some(sender), Some(recipient)) = (provider_id, sender, self.channel) else {
            return Reading::Malformed;
        };
        Reading::Event(CallbackEvent::Inbound(InboundMessage {
            provider_id,
            sender,
            recipient,
            content,
            keyword: None,
            in_reply_to: self.in_reply_to.and_then(|id| ProviderId::new(&id)),
            time,
        }))
    }
}

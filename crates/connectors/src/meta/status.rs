//! Status callbacks of WhatsApp.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::error;
use crate::callback::{CallbackEvent, DeliveryStep, Reading, StatusEvent, unix_time};
use crate::e164::E164;
use crate::json::{elements, lenient, object, scalar};
use crate::outcome::ProviderId;

#[derive(Deserialize)]
struct Entry<'b> {
    id: String,
    status: String,
    #[serde(default, deserialize_with = "scalar")]
    timestamp: Option<String>,
    #[serde(default, deserialize_with = "scalar")]
    recipient_id: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    biz_opaque_callback_data: Option<String>,
    #[serde(borrow, default, deserialize_with = "elements")]
    errors: Vec<&'b RawValue>,
}

#[derive(Deserialize)]
struct StatusError {
    #[serde(default, deserialize_with = "lenient")]
    code: Option<u32>,
}

pub(super) fn read_status(raw: &RawValue) -> Reading {
    let Some(entry) = object::<Entry<'_>>(raw.get().as_bytes()) else { return Reading::Malformed };
    let Some(provider_id) = ProviderId::new(&entry.id) else { return Reading::Malformed };
    let step = match entry.status.as_str() {
        "sent" => DeliveryStep::Sent,
        "delivered" => DeliveryStep::Delivered,
        // A voice message that was played was read.
        "read" | "played" => DeliveryStep::Read,
        "failed" => {
            let first = entry.errors.first().and_then(|raw| object(raw.get().as_bytes()));
            let (error, class) = error(first.and_then(|StatusError { code }| code));
            DeliveryStep::Failed { error, class }
        }
        // The consumer deleted the message.
        "deleted" => return Reading::WithoutStep,
        _ => return Reading::Unknown,
    };
    Reading::Event(CallbackEvent::Status(StatusEvent {
        message_id: entry.biz_opaque_callback_data.and_then(|id| id.parse().ok()),
        provider_id,
        recipient: entry.recipient_id.and_then(|digits| E164::from_digits(&digits).ok()),
        time: entry.timestamp.as_deref().and_then(unix_time),
        step,
    }))
}

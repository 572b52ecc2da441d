//! Content resources of Twilio's Content API: the shape that creates one, and the shape in which
//! they are read and listed (www.twilio.com/docs/content, Content API 1.1.0).
//!
//! A content has one map of variables for all its types, and goes to WhatsApp, SMS or RCS; a handoff has
//! channels, and on WhatsApp each component numbers by itself.

mod actions;
mod content;
mod parts;
mod read;
mod write;

pub(crate) use read::read;
pub(crate) use write::write;

use outbound_model::ChannelType;

const TEXT: &str = "twilio/text";
const MEDIA: &str = "twilio/media";
const QUICK_REPLY: &str = "twilio/quick-reply";
const CALL_TO_ACTION: &str = "twilio/call-to-action";
const CARD: &str = "twilio/card";
const WHATSAPP_CARD: &str = "whatsapp/card";

/// The types that a handoff can hold, the one that says most first, and the channels they go to, the
/// likeliest first.
const TYPES: [(&str, &[ChannelType]); 6] = [
    (WHATSAPP_CARD, &[ChannelType::WhatsApp]),
    (CARD, &[ChannelType::GoogleRcs]),
    (CALL_TO_ACTION, &[ChannelType::WhatsApp, ChannelType::GoogleRcs]),
    (QUICK_REPLY, &[ChannelType::WhatsApp, ChannelType::GoogleRcs]),
    (MEDIA, &[ChannelType::WhatsApp, ChannelType::GoogleRcs]),
    (TEXT, &[ChannelType::SmsTwilio, ChannelType::WhatsApp, ChannelType::GoogleRcs]),
];

/// Those of a type that a handoff cannot hold.
const OTHERS: &[ChannelType] = &[ChannelType::WhatsApp, ChannelType::GoogleRcs];

/// Where the extension keeps the type that was imported, and the types beside it.
const KEPT_TYPE: &str = "x-type";
const KEPT_TYPES: &str = "x-types";
/// Where it keeps variables that no text uses.
const KEPT_VARIABLES: &str = "x-variables";

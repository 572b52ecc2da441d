//! Content resources of Twilio's Content API, in the form for creating a content and in the form in which the API
//! returns them (www.twilio.com/docs/content, Content API 1.1.0).
//!
//! A content has one map of variables for all its types and can be sent over WhatsApp, SMS or RCS. A handoff has
//! channels, and on WhatsApp each component numbers its placeholders separately.

mod actions;
mod content;
mod parts;
mod read;
mod write;

pub(crate) use read::read;
pub(crate) use write::write;

use outbound_model::{ChannelType, Object};

const TEXT: &str = "twilio/text";
const MEDIA: &str = "twilio/media";
const QUICK_REPLY: &str = "twilio/quick-reply";
const CALL_TO_ACTION: &str = "twilio/call-to-action";
const CARD: &str = "twilio/card";
const WHATSAPP_CARD: &str = "whatsapp/card";

/// The types that a handoff can represent, richest first, with the channels that support them, likeliest first.
const TYPES: [(&str, &[ChannelType]); 6] = [
    (WHATSAPP_CARD, &[ChannelType::WhatsApp]),
    (CARD, &[ChannelType::GoogleRcs]),
    (CALL_TO_ACTION, &[ChannelType::WhatsApp, ChannelType::GoogleRcs]),
    (QUICK_REPLY, &[ChannelType::WhatsApp, ChannelType::GoogleRcs]),
    (MEDIA, &[ChannelType::WhatsApp, ChannelType::GoogleRcs]),
    (TEXT, &[ChannelType::SmsTwilio, ChannelType::WhatsApp, ChannelType::GoogleRcs]),
];

/// The channels of types that a handoff cannot represent.
const OTHER_CHANNELS: &[ChannelType] = &[ChannelType::WhatsApp, ChannelType::GoogleRcs];

/// Key of the note about the imported type.
const KEPT_TYPE: &str = "x-type";
/// Key of the note that contains the other types of the content.
const KEPT_TYPES: &str = "x-types";
/// Key of the note that contains variables that no text uses.
const KEPT_VARIABLES: &str = "x-variables";

/// Chooses the type to import and its channel.
fn choose(types: &Object, channel: Option<ChannelType>) -> Option<(String, ChannelType)> {
    let present: Vec<_> = TYPES.iter().filter(|(kind, _)| types.contains_key(*kind)).collect();
    let requested = channel.and_then(|channel| {
        let (kind, _) = present.iter().find(|(_, channels)| channels.contains(&channel))?;
        Some(((*kind).to_owned(), channel))
    });
    let likeliest = || present.first().and_then(|(kind, to)| Some(((*kind).to_owned(), *to.first()?)));
    let other = || {
        let to = OTHER_CHANNELS.iter().find(|to| Some(**to) == channel).or(OTHER_CHANNELS.first());
        Some((types.keys().next()?.clone(), *to?))
    };
    requested.or_else(likeliest).or_else(other)
}

//! `apple-twilio`: Apple Messages for Business. The contract names the channel and documents no
//! fields; the shape here is ours (design §4.12).

use crate::json_macros::{json_object, json_tagged};
use crate::{Button, Media, SmsBody};

json_object! {
    /// An Apple message.
    pub struct AppleTwilio {
        /// Language code of the text.
        language as "language": Option<String>,
        /// The sending business id.
        outboundnumber as "outboundnumber": Option<String>,
        /// One body, with optional buttons and media. Placeholders are numbered across them all.
        message_components as "messageComponents": Vec<AppleComponent>,
    }
}

json_tagged! {
    /// A part of an Apple message.
    pub enum AppleComponent {
        /// The text, with an optional opt-out line.
        Body(SmsBody) as "body",
        /// A reply or link.
        Button(Button) as "button",
        /// A picture or other medium.
        Media(Media) as "media",
    }
}

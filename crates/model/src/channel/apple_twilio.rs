//! `apple-twilio`: Apple Messages for Business. The contract names the channel but documents none of
//! its fields, so this project defines them (design §4.12).

use crate::json_macros::{json_object, json_tagged};
use crate::{Button, Media, SmsBody};

json_object! {
    /// An Apple message.
    pub struct AppleTwilio {
        /// Language code of the text.
        language as "language": Option<String>,
        /// The sending business id.
        outboundnumber as "outboundnumber": Option<String>,
        /// One body, with optional buttons and media. Placeholders are numbered across all components.
        message_components as "messageComponents": Vec<AppleComponent>,
    }
}

json_tagged! {
    /// A component of an Apple message.
    pub enum AppleComponent {
        /// The text, with an optional opt-out line.
        Body(SmsBody) as "body",
        /// A quick reply or a link.
        Button(Button) as "button",
        /// An image or another media file.
        Media(Media) as "media",
    }
}

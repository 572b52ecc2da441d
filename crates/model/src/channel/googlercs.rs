//! `googlercs`: Google RCS for Business, a message with chips or a rich card (contract §3.3, §3.4).

use crate::Button;
use crate::json_macros::{json_object, json_tagged};

/// The values of `messageTrafficType` in Google's RCS Business Messaging API (phones.agentMessages, read
/// in November 2026).
pub const RCS_TRAFFIC_TYPES: [&str; 5] =
    ["AUTHENTICATION", "TRANSACTION", "PROMOTION", "SERVICEREQUEST", "ACKNOWLEDGEMENT"];

json_object! {
    /// An RCS message.
    pub struct GoogleRcs {
        /// Language code of the text.
        language as "language": Option<String>,
        /// The sender. Equal to `serviceAccountName` if that is given.
        outboundnumber as "outboundnumber": Option<String>,
        /// Body, media and buttons. Placeholders are numbered across all components.
        message_components as "messageComponents": Vec<RcsComponent>,
        /// Orientation of a rich card: `VERTICAL` or `HORIZONTAL`.
        card_orientation as "cardOrientation": Option<String>,
        /// The provisioned RCS account that sends the message.
        service_account_name as "serviceAccountName": Option<String>,
    }
}

json_tagged! {
    /// A component of an RCS message.
    pub enum RcsComponent {
        /// The text.
        Body(RcsBody) as "body",
        /// The media file of a card.
        Media(Media) as "media",
        /// A button in the card or a chip under the message.
        Button(Button) as "button",
    }
}

json_object! {
    /// The text of an RCS message. A message with a title is a rich card.
    pub struct RcsBody {
        /// The title of a rich card.
        title as "title": Option<String>,
        /// The text with its placeholders.
        content as "content": Option<String>,
        /// The placeholder numbers used in `title` and `content`.
        variables as "variables": Option<Vec<String>>,
    }
}

json_object! {
    /// An image, video or other media file, given by its URL.
    pub struct Media {
        /// Height in a card: `short`, `medium` or `tall`.
        height as "height": Option<String>,
        /// Side of the image in a horizontal card: `left` or `right`.
        thumbnail_image_alignment as "thumbnailImageAlignment": Option<String>,
        /// The URL, or a placeholder for it.
        content as "content": Option<String>,
        /// The placeholder numbers used in `content`.
        variables as "variables": Option<Vec<String>>,
    }
}

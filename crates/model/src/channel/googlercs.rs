//! `googlercs`: Google RCS for Business, a text with chips or a rich card (contract §3.3, §3.4).

use crate::Button;
use crate::json_macros::{json_object, json_tagged};

/// What kind of traffic a message is, as Google names it in `messageTrafficType` (RCS Business
/// Messaging API, phones.agentMessages, read in November 2026).
pub const RCS_TRAFFIC_TYPES: [&str; 5] =
    ["AUTHENTICATION", "TRANSACTION", "PROMOTION", "SERVICEREQUEST", "ACKNOWLEDGEMENT"];

json_object! {
    /// An RCS message.
    pub struct GoogleRcs {
        /// Language code of the text.
        language as "language": Option<String>,
        /// The sender, the same as the service account where it is given.
        outboundnumber as "outboundnumber": Option<String>,
        /// Body, media and buttons. Placeholders are numbered across them all.
        message_components as "messageComponents": Vec<RcsComponent>,
        /// How a rich card lies: `VERTICAL` or `HORIZONTAL`.
        card_orientation as "cardOrientation": Option<String>,
        /// The provisioned RCS account that sends.
        service_account_name as "serviceAccountName": Option<String>,
    }
}

json_tagged! {
    /// A part of an RCS message.
    pub enum RcsComponent {
        /// The text.
        Body(RcsBody) as "body",
        /// The medium of a card.
        Media(Media) as "media",
        /// A button in the card or a chip under the message.
        Button(Button) as "button",
    }
}

json_object! {
    /// The text of an RCS message; with a title it is a rich card.
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
    /// A picture, video or other medium, by its address.
    pub struct Media {
        /// Height in a card: `short`, `medium` or `tall`.
        height as "height": Option<String>,
        /// Side of the picture in a horizontal card: `left` or `right`.
        thumbnail_image_alignment as "thumbnailImageAlignment": Option<String>,
        /// The address, or a placeholder for it.
        content as "content": Option<String>,
        /// The placeholder numbers used in `content`.
        variables as "variables": Option<Vec<String>>,
    }
}

//! `wa`: a WhatsApp message template (contract §3.3, §3.4).

use crate::Button;
use crate::json_macros::{json_object, json_tagged};

json_object! {
    /// A reference to a WhatsApp template, with its content.
    pub struct WhatsApp {
        /// Language code of the template, such as `en` or `pt_BR`.
        language as "language": Option<String>,
        /// The template's namespace.
        namespace as "namespace": Option<String>,
        /// The template's name at WhatsApp.
        templatename as "templatename": Option<String>,
        /// The sending number; without `+` in the documented examples.
        outboundnumber as "outboundnumber": Option<String>,
        /// Header, body, footer and buttons.
        message_components as "messageComponents": Vec<WaComponent>,
    }
}

json_tagged! {
    /// A component of a WhatsApp template. Each component numbers its placeholders from 1.
    pub enum WaComponent {
        /// The header above the text.
        Header(WaHeader) as "header",
        /// The text.
        Body(TextBody) as "body",
        /// The small print below the text.
        Footer(WaFooter) as "footer",
        /// A button.
        Button(Button) as "button",
    }
}

json_object! {
    /// An image, document or video above the text.
    pub struct WaHeader {
        /// `image`, `document` or `video`.
        sub_type as "sub_type": Option<String>,
        /// The URL of the media file, or a placeholder for it.
        content as "content": Option<String>,
        /// The placeholder numbers used in `content`.
        variables as "variables": Option<Vec<String>>,
    }
}

json_object! {
    /// The text of a message.
    pub struct TextBody {
        /// The text with its placeholders.
        content as "content": Option<String>,
        /// The placeholder numbers used in `content`.
        variables as "variables": Option<Vec<String>>,
    }
}

json_object! {
    /// A fixed line below the text.
    pub struct WaFooter {
        /// The line.
        content as "content": Option<String>,
    }
}

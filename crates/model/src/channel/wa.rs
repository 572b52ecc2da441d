//! `wa`: a WhatsApp message template (contract §3.3, §3.4).

use crate::Button;
use crate::json_macros::{json_object, json_tagged};

json_object! {
    /// A WhatsApp template as the handoff refers to it.
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
    /// A part of a WhatsApp template. Placeholders are numbered anew in each.
    pub enum WaComponent {
        /// The part above the text.
        Header(WaHeader) as "header",
        /// The text.
        Body(TextBody) as "body",
        /// The small print.
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
        /// The address of the medium, or a placeholder for it.
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
    /// A fixed line under the text.
    pub struct WaFooter {
        /// The line.
        content as "content": Option<String>,
    }
}

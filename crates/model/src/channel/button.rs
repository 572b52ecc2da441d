//! The button component that WhatsApp, RCS and Apple configurations share.

use crate::json_macros::json_object;

json_object! {
    /// A button under the message.
    pub struct Button {
        /// Position among the buttons, from 0.
        index as "index": Option<i64>,
        /// The label.
        content as "content": Option<String>,
        /// What a tap does: `quick_reply`, `url` or `phone_number`.
        sub_type as "sub_type": Option<String>,
        /// The URL that a `url` button opens. It may end in a placeholder.
        url as "url": Option<String>,
        /// The number that a `phone_number` button dials.
        phone_number as "phone_number": Option<String>,
        /// The placeholder numbers used in `url`.
        variables as "variables": Option<Vec<String>>,
    }
}
